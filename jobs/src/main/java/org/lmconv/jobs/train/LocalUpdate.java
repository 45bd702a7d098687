package org.lmconv.jobs.train;

import java.util.List;
import org.lmconv.jobs.conf.ExchangeConfig.Inner;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.device.NonFiniteLossException;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * A step of the outer optimiser with the image-weighted mean of the ways that the workers went in
 * their local steps (local SGD; Stich 2019, arXiv 1805.09767).
 */
final class LocalUpdate implements RoundUpdate {
  private final WorkerPlan plan;
  private final OuterStep outer;
  private final MovingAverage ema;
  private int round;
  private long imagesSeen;
  private ParameterVector parameters;
  private InnerState inner;

  LocalUpdate(WorkerPlan plan, TrainingState state) {
    this.plan = plan;
    this.parameters = state.parameters();
    this.outer = new OuterStep(plan.train().exchange(), parameters.size(), state.outerMomentum());
    this.ema = new MovingAverage(plan.train(), state);
    this.round = state.round();
    this.imagesSeen = state.imagesSeen();
    this.inner =
        plan.train().exchange().innerState() == Inner.RESET
            ? new InnerState.Fresh()
            : state.inner();
  }

  @Override
  public RoundStart next(RoundStart.Keeping keeping) {
    int steps = plan.train().localSteps(imagesSeen);
    return new RoundStart(round + 1, imagesSeen, steps, parameters, inner, keeping);
  }

  @Override
  public void finish(Combined workers) {
    int steps = plan.train().localSteps(imagesSeen);
    List<ParameterVector> vectors = workers.vectors();
    ParameterVector after = outer.step(parameters, vectors.get(0));
    if (!after.isFinite()) {
      throw new NonFiniteLossException("a parameter is not finite after the workers' steps");
    }
    parameters = after;
    inner =
        switch (plan.train().exchange().innerState()) {
          case AVERAGE ->
              new InnerState.Shared(
                  new AdamState(inner.step() + steps, vectors.get(1), vectors.get(2)));
          case LOCAL -> new InnerState.Own(inner.step() + steps, plan.train().workers());
          case RESET -> inner;
        };
    ema.follow(parameters, steps);
    round++;
    imagesSeen += workers.images();
  }

  @Override
  public int round() {
    return round;
  }

  @Override
  public long imagesSeen() {
    return imagesSeen;
  }

  @Override
  public ParameterVector parameters() {
    return parameters;
  }

  @Override
  public TrainingState state() {
    return new TrainingState(round, imagesSeen, parameters, inner, outer.momentum(), ema.value());
  }

  @Override
  public void close() {
    // Nothing outside the heap.
  }
}
