package org.lmconv.jobs.train;

import java.util.Optional;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.parameter.ParameterVector;

/** The exponential moving average of all parameters, if the run keeps one. */
final class MovingAverage {
  private final double decay;
  private final Optional<ParameterVector> average;

  /** Goes on with the average of {@code state}, or starts one at its parameters. */
  MovingAverage(TrainConfig train, TrainingState state) {
    decay = train.emaDecay();
    average =
        decay == 0 ? Optional.empty() : Optional.of(state.ema().orElse(state.parameters()).copy());
  }

  /**
   * Moves on.
   *
   * @param steps of the optimiser since the last call: the driver sees only every so many
   */
  void follow(ParameterVector parameters, int steps) {
    average.ifPresent(vector -> vector.moveTowards(parameters, Math.pow(decay, steps)));
  }

  /** A copy of the average. */
  Optional<ParameterVector> value() {
    return average.map(ParameterVector::copy);
  }
}
