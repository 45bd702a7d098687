package org.lmconv.jobs.train;

import ai.djl.Device;
import java.util.Optional;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.session.NativeWork;
import org.lmconv.jobs.session.Placement;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * One optimiser step of the driver with the summed gradient of all workers: equal to one step of
 * one machine with the joined batch.
 */
final class GradientUpdate extends RoundUpdate {
  private final DeviceModel model;
  private final Optional<ParameterVector> outerMomentum; // of other rounds

  GradientUpdate(WorkerPlan plan, TrainingState state) {
    super(plan, state);
    Placement.engine(); // on the driver too, which says how to get it if it is not there
    this.model = new DeviceModel(plan.model(), Device.cpu(), Execution.DEFAULT);
    this.outerMomentum = state.outerMomentum();
    AdamState adam =
        state.inner() instanceof InnerState.Shared shared
            ? shared.adam()
            : AdamState.initial(state.parameters().size());
    model.load(state.parameters(), plan.adam(), adam);
  }

  @Override
  ParameterVector step(Combined workers) {
    double rate = plan.learningRate().at(imagesSeen(), workers.images());
    return NativeWork.run(
        () -> {
          model.update(workers.vectors().get(0), rate);
          return model.parameters();
        });
  }

  @Override
  InnerState innerForWorkers() {
    return new InnerState.Fresh();
  }

  @Override
  InnerState inner() {
    return new InnerState.Shared(model.adamState());
  }

  @Override
  Optional<ParameterVector> outerMomentum() {
    return outerMomentum;
  }

  @Override
  public void close() {
    model.close();
  }
}
