package org.lmconv.jobs.train;

import java.util.List;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.TrainingState;

/** How the driver makes a step of its own out of what the workers made of a round. */
sealed interface RoundUpdate extends AutoCloseable permits GradientUpdate, AverageUpdate {

  /** The update that the plan asks for, from a state. */
  static RoundUpdate of(WorkerPlan plan, TrainingState state) {
    return plan.train().localSteps() == 1
        ? new GradientUpdate(plan, state)
        : new AverageUpdate(plan, state);
  }

  /** What the workers need for the next round. */
  RoundStart next();

  /**
   * Ends a round.
   *
   * @param results in the order of the workers
   * @throws org.lmconv.model.device.NonFiniteLossException if the step would not be finite; the
   *     state is that before the round
   */
  void finish(List<WorkerResult> results);

  /** Images that all workers together have seen. */
  long imagesSeen();

  /** The parameters now. */
  ParameterVector parameters();

  /** All that is needed to go on from here; copies the optimiser's state, so not for each round. */
  TrainingState state();

  @Override
  void close();
}
