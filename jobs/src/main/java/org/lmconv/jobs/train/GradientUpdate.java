package org.lmconv.jobs.train;

import ai.djl.Device;
import java.util.Optional;
import org.lmconv.jobs.executor.Natives;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * One optimiser step of the driver with the summed gradient of all workers: equal to one step of
 * one machine with the joined batch.
 */
final class GradientUpdate implements RoundUpdate {
  private final WorkerPlan plan;
  private final DeviceModel model;
  private final MovingAverage ema;
  private final Optional<ParameterVector> outerMomentum; // of other rounds
  private int round;
  private long imagesSeen;
  private ParameterVector parameters;

  GradientUpdate(WorkerPlan plan, TrainingState state) {
    this.plan = plan;
    Natives.engine(); // on the driver too, which says how to get it if it is not there
    this.model = new DeviceModel(plan.model(), Device.cpu(), Execution.DEFAULT);
    this.ema = new MovingAverage(plan.train(), state);
    this.outerMomentum = state.outerMomentum();
    this.round = state.round();
    this.imagesSeen = state.imagesSeen();
    this.parameters = state.parameters();
    AdamState adam =
        state.inner() instanceof InnerState.Shared shared
            ? shared.adam()
            : AdamState.initial(parameters.size());
    model.load(parameters, plan.adam(), adam);
  }

  @Override
  public RoundStart next(RoundStart.Keeping keeping) {
    return new RoundStart(round + 1, imagesSeen, 1, parameters, new InnerState.Fresh(), keeping);
  }

  @Override
  public void finish(Combined workers) {
    model.update(workers.vectors().get(0), plan.learningRate().at(imagesSeen, workers.images()));
    parameters = model.parameters();
    ema.follow(parameters, 1);
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
    return new TrainingState(
        round,
        imagesSeen,
        parameters,
        new InnerState.Shared(model.adamState()),
        outerMomentum,
        ema.value());
  }

  @Override
  public void close() {
    model.close();
  }
}
