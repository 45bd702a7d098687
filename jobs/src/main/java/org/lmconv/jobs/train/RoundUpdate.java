package org.lmconv.jobs.train;

import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.parameter.ParameterVector;

/** How the driver makes a step of its own out of what the workers made of a round. */
sealed interface RoundUpdate extends AutoCloseable permits GradientUpdate, LocalUpdate {

  /** The update that the plan asks for, from a state. */
  static RoundUpdate of(WorkerPlan plan, TrainingState state) {
    return plan.train().localSteps(state.imagesSeen()) == 1
        ? new GradientUpdate(plan, state)
        : new LocalUpdate(plan, state);
  }

  /** This update, or the one that the plan asks for from here on. */
  default RoundUpdate forNextRound(WorkerPlan plan) {
    boolean gradients = plan.train().localSteps(imagesSeen()) == 1;
    if (gradients == this instanceof GradientUpdate) {
      return this;
    }
    TrainingState state = state();
    close();
    return of(plan, state);
  }

  /**
   * What the workers need for the next round.
   *
   * @param keeping of the states that they keep themselves
   */
  RoundStart next(RoundStart.Keeping keeping);

  /**
   * Ends a round.
   *
   * @throws org.lmconv.model.device.NonFiniteLossException if the step would not be finite; the
   *     state is that before the round
   */
  void finish(Combined workers);

  /** Rounds done. */
  int round();

  /** Images that all workers together have seen. */
  long imagesSeen();

  /** The parameters now. */
  ParameterVector parameters();

  /** All that is needed to go on from here; copies the optimiser's state, so not for each round. */
  TrainingState state();

  @Override
  void close();
}
