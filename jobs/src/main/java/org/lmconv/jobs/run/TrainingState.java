package org.lmconv.jobs.run;

import java.util.Optional;
import org.lmconv.model.parameter.ParameterVector;

/**
 * All that training needs in order to go on, and so what a checkpoint holds.
 *
 * @param round rounds done
 * @param imagesSeen by all workers together
 * @param outerMomentum of the outer optimiser, if it has one
 * @param ema moving average of the parameters, if one is kept
 */
public record TrainingState(
    int round,
    long imagesSeen,
    ParameterVector parameters,
    InnerState inner,
    Optional<ParameterVector> outerMomentum,
    Optional<ParameterVector> ema) {
  /** Without an outer optimiser and a moving average. */
  public static TrainingState of(
      int round, long imagesSeen, ParameterVector parameters, InnerState inner) {
    return new TrainingState(
        round, imagesSeen, parameters, inner, Optional.empty(), Optional.empty());
  }
}
