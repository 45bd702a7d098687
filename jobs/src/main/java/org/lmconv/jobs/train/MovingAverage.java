package org.lmconv.jobs.train;

import java.util.Optional;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.TrainingState;

/** The exponential moving average of all parameters, if the run keeps one. */
final class MovingAverage {
  private final double decayPerRound;
  private final Optional<ParameterVector> average;

  /** Goes on with the average of {@code state}, or starts one at its parameters. */
  MovingAverage(TrainConfig train, TrainingState state) {
    // The driver sees the parameters once per round, after localSteps steps.
    decayPerRound = Math.pow(train.emaDecay(), train.localSteps());
    average =
        train.emaDecay() == 0
            ? Optional.empty()
            : Optional.of(state.ema().orElse(state.parameters()).copy());
  }

  void follow(ParameterVector parameters) {
    average.ifPresent(vector -> vector.moveTowards(parameters, decayPerRound));
  }

  /** A copy of the average. */
  Optional<ParameterVector> value() {
    return average.map(ParameterVector::copy);
  }
}
