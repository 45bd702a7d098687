package org.lmconv.jobs.train;

import java.util.Optional;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.parameter.ParameterVector;

/** How the driver makes a step of its own out of what the workers made of a round. */
abstract sealed class RoundUpdate implements AutoCloseable permits GradientUpdate, LocalUpdate {
  final WorkerPlan plan;
  private final MovingAverage ema;
  private int round;
  private long imagesSeen;
  private ParameterVector parameters;

  RoundUpdate(WorkerPlan plan, TrainingState state) {
    this.plan = plan;
    this.ema = new MovingAverage(plan.train().emaDecay(), state);
    this.round = state.round();
    this.imagesSeen = state.imagesSeen();
    this.parameters = state.parameters();
  }

  /** The update that the plan asks for, from a state. */
  static RoundUpdate of(WorkerPlan plan, TrainingState state) {
    return plan.train().localSteps(state.imagesSeen()) == 1
        ? new GradientUpdate(plan, state)
        : new LocalUpdate(plan, state);
  }

  /** This update, or the one that the plan asks for from here on. */
  final RoundUpdate forNextRound() {
    if (localSteps() == 1 == this instanceof GradientUpdate) {
      return this;
    }
    TrainingState state = state();
    close();
    return of(plan, state);
  }

  /** What the workers need for the next round. */
  final RoundStart next(RoundStart.Keeping keeping) {
    return new RoundStart(
        round + 1, imagesSeen, localSteps(), parameters, innerForWorkers(), keeping);
  }

  /**
   * Ends a round.
   *
   * @throws org.lmconv.model.device.NonFiniteLossException if the step would not be finite; the
   *     state is that before the round
   */
  final void finish(Combined workers) {
    parameters = step(workers);
    ema.follow(parameters, localSteps()); // of which the driver sees only the last
    round++;
    imagesSeen += workers.images();
  }

  /** All that is needed to go on from here; copies the optimiser's state, so not for each round. */
  final TrainingState state() {
    return new TrainingState(round, imagesSeen, parameters, inner(), outerMomentum(), ema.value());
  }

  /** The parameters after the driver's step. */
  abstract ParameterVector step(Combined workers);

  /** What the workers' optimisers start the next round with. */
  abstract InnerState innerForWorkers();

  /** What a checkpoint has of the optimiser. */
  abstract InnerState inner();

  abstract Optional<ParameterVector> outerMomentum();

  @Override
  public abstract void close();

  final int round() {
    return round;
  }

  final long imagesSeen() {
    return imagesSeen;
  }

  final ParameterVector parameters() {
    return parameters;
  }

  final int localSteps() {
    return plan.train().localSteps(imagesSeen);
  }

  /** The exponential moving average of all parameters, if the run keeps one. */
  static final class MovingAverage {
    private final double decay;
    private final Optional<ParameterVector> average;

    /**
     * Goes on with the average of {@code state}, or starts one at its parameters.
     *
     * @param decay per step of the optimiser; 0 is off
     */
    MovingAverage(double decay, TrainingState state) {
      this.decay = decay;
      this.average =
          decay == 0
              ? Optional.empty()
              : Optional.of(state.ema().orElse(state.parameters()).copy());
    }

    /** Moves on by so many steps of the optimiser. */
    void follow(ParameterVector parameters, int steps) {
      average.ifPresent(vector -> vector.moveTowards(parameters, Math.pow(decay, steps)));
    }

    /** A copy of the average. */
    Optional<ParameterVector> value() {
      return average.map(ParameterVector::copy);
    }
  }
}
