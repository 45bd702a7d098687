package org.lmconv.jobs.train;

import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.conf.TrainConfig.Inner;
import org.lmconv.jobs.conf.TrainConfig.Outer;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.device.NonFiniteLossException;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * A step of the outer optimiser with the image-weighted mean of the ways that the workers went in
 * their local steps (local SGD; Stich 2019, arXiv 1805.09767).
 */
final class LocalUpdate extends RoundUpdate {
  private final OuterStep outer;
  private InnerState inner;

  LocalUpdate(WorkerPlan plan, TrainingState state) {
    super(plan, state);
    TrainConfig train = plan.train();
    this.outer = new OuterStep(train, state.parameters().size(), state.outerMomentum());
    this.inner = train.innerState() == Inner.RESET ? new InnerState.Fresh() : state.inner();
  }

  @Override
  ParameterVector step(Combined workers) {
    List<ParameterVector> vectors = workers.vectors();
    ParameterVector after = outer.step(parameters(), vectors.get(0));
    if (!after.isFinite()) {
      throw new NonFiniteLossException("a parameter is not finite after the workers' steps");
    }
    long steps = inner.step() + localSteps();
    inner =
        switch (plan.train().innerState()) {
          case AVERAGE ->
              new InnerState.Shared(new AdamState(steps, vectors.get(1), vectors.get(2)));
          case LOCAL -> new InnerState.Own(steps, plan.train().workers());
          case RESET -> inner;
        };
    return after;
  }

  @Override
  InnerState innerForWorkers() {
    return inner;
  }

  @Override
  InnerState inner() {
    return inner;
  }

  @Override
  Optional<ParameterVector> outerMomentum() {
    return outer.momentum();
  }

  @Override
  public void close() {
    // Nothing outside the heap.
  }

  /**
   * The outer optimiser, SGD with Nesterov momentum along the mean way d of the workers (DiLoCo;
   * Douillard et al. 2023, arXiv 2311.08105, whose outer gradient is −d):
   *
   * <pre>
   * b = μ b + d;  p = p + rate · (d + μ b)
   * </pre>
   *
   * <p>With μ = 0 and rate 1 this is p + d: the average of the workers.
   */
  static final class OuterStep {
    private final double rate;
    private final double momentum;
    private final Optional<ParameterVector> buffer; // b

    OuterStep(TrainConfig train, int size, Optional<ParameterVector> before) {
      boolean nesterov = train.outer() == Outer.NESTEROV;
      this.rate = nesterov ? train.outerLearningRate() : 1;
      this.momentum = nesterov ? train.outerMomentum() : 0;
      this.buffer =
          momentum == 0
              ? Optional.empty()
              : Optional.of(
                  before.map(ParameterVector::copy).orElseGet(() -> ParameterVector.zeros(size)));
    }

    /** The parameters after a step. */
    ParameterVector step(ParameterVector parameters, ParameterVector way) {
      float[] from = parameters.values();
      float[] d = way.values();
      float[] b = buffer.map(ParameterVector::values).orElse(null);
      float[] to = new float[from.length];
      for (int i = 0; i < to.length; i++) {
        double ahead = d[i];
        if (b != null) {
          b[i] = (float) (momentum * b[i] + d[i]);
          ahead += momentum * b[i];
        }
        to[i] = (float) (from[i] + rate * ahead);
      }
      return new ParameterVector(to);
    }

    /** A copy of the momentum. */
    Optional<ParameterVector> momentum() {
      return buffer.map(ParameterVector::copy);
    }
  }
}
