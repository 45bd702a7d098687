package org.lmconv.jobs.train;

import java.util.List;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;
import org.lmconv.model.train.TrainingState;

/**
 * The image-weighted average of what the workers arrived at after local steps: parameters and both
 * moments of the optimiser (local SGD; Stich 2019, arXiv 1805.09767).
 */
final class AverageUpdate implements RoundUpdate {
  private final MovingAverage ema;
  private int round;
  private long imagesSeen;
  private ParameterVector parameters;
  private AdamState adam;

  AverageUpdate(WorkerPlan plan, TrainingState state) {
    this.ema = new MovingAverage(plan.train(), state);
    this.round = state.round();
    this.imagesSeen = state.imagesSeen();
    this.parameters = state.parameters();
    this.adam = state.adam();
  }

  @Override
  public RoundStart next() {
    return new RoundStart(round + 1, imagesSeen, parameters, adam);
  }

  @Override
  public void finish(List<WorkerResult> results) {
    WeightedAverage values = new WeightedAverage(parameters.size());
    WeightedAverage m = new WeightedAverage(parameters.size());
    WeightedAverage v = new WeightedAverage(parameters.size());
    for (WorkerResult result : results) {
      values.add(result.values(), result.images());
      m.add(result.adam().m(), result.images());
      v.add(result.adam().v(), result.images());
      imagesSeen += result.images();
    }
    parameters = values.mean();
    adam = new AdamState(results.get(0).adam().step(), m.mean(), v.mean());
    ema.follow(parameters);
    round++;
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
    return new TrainingState(round, imagesSeen, parameters, adam, ema.value());
  }

  @Override
  public void close() {
    // Nothing outside the heap.
  }
}
