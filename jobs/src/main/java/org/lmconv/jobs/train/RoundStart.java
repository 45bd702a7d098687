package org.lmconv.jobs.train;

import java.io.Serializable;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.model.parameter.ParameterVector;

/**
 * What all workers are given at the start of a round.
 *
 * @param round from 1
 * @param imagesSeen before it, by all workers
 * @param localSteps optimiser steps of each worker; with 1 they only compute gradients
 * @param keeping of states that the workers keep themselves; null where they keep none
 */
record RoundStart(
    int round,
    long imagesSeen,
    int localSteps,
    ParameterVector parameters,
    InnerState inner,
    Keeping keeping)
    implements Serializable {

  /**
   * Where the states are that workers keep themselves.
   *
   * @param session what was kept under another one does not count
   * @param restoreFrom checkpoint that has the states of the round before; null if none has
   * @param writeTo checkpoint that the states after this round go into; null if into none
   */
  record Keeping(String session, String restoreFrom, String writeTo) implements Serializable {}

  /** Bytes of its arrays. */
  long bytes() {
    long vectors = localSteps > 1 && inner instanceof InnerState.Shared ? 3 : 1;
    return vectors * parameters.size() * Float.BYTES;
  }
}
