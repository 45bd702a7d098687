package org.lmconv.jobs.train;

/** A round whose parts come from different attempts of one worker that differ in their results. */
final class TornRoundException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TornRoundException(String message) {
    super(message);
  }
}
