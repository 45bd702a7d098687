package org.lmconv.jobs.train;

import ai.djl.Device;
import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.executor.Natives;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.TrainingState;

/**
 * One optimiser step of the driver with the summed gradient of all workers: equal to one step of
 * one machine with the joined batch.
 */
final class GradientUpdate implements RoundUpdate {
  private final WorkerPlan plan;
  private final DeviceModel model;
  private final MovingAverage ema;
  private int round;
  private long imagesSeen;
  private ParameterVector parameters;

  GradientUpdate(WorkerPlan plan, TrainingState state) {
    this.plan = plan;
    Natives.engine(); // on the driver too, which says how to get it if it is not there
    this.model = new DeviceModel(plan.model(), Device.cpu(), Execution.DEFAULT);
    this.ema = new MovingAverage(plan.train(), state);
    this.round = state.round();
    this.imagesSeen = state.imagesSeen();
    this.parameters = state.parameters();
    model.load(state.parameters(), plan.adam(), state.adam());
  }

  @Override
  public RoundStart next() {
    return new RoundStart(round + 1, imagesSeen, parameters, null);
  }

  @Override
  public void finish(List<WorkerResult> results) {
    WeightedAverage gradient = new WeightedAverage(parameters.size());
    long images = 0;
    for (WorkerResult result : results) {
      gradient.add(result.values(), 1); // each is already a sum over its images
      images += result.images();
    }
    model.update(gradient.sum(), plan.learningRate().at(imagesSeen, images));
    parameters = model.parameters();
    ema.follow(parameters);
    round++;
    imagesSeen += images;
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
    Optional<ParameterVector> average = ema.value();
    return new TrainingState(round, imagesSeen, parameters, model.adamState(), average);
  }

  @Override
  public void close() {
    model.close();
  }
}
