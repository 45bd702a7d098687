package org.lmconv.jobs.train;

import java.io.Serializable;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * What all workers are given at the start of a round.
 *
 * @param round from 1
 * @param imagesSeen before it, by all workers
 * @param parameters to start from
 * @param adam state of the optimiser; null where the workers only compute gradients
 */
record RoundStart(int round, long imagesSeen, ParameterVector parameters, AdamState adam)
    implements Serializable {

  /** Bytes of its arrays, as float32. */
  long bytes() {
    return Payload.bytes(parameters, adam);
  }
}
