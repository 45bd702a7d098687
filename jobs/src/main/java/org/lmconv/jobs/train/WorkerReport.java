package org.lmconv.jobs.train;

import java.io.Serializable;
import org.lmconv.jobs.executor.Participant;

/**
 * What a worker tells of its round, beside the vectors that it made.
 *
 * @param images that it trained on
 * @param nats negative log-likelihood of them all, each before the step that it took part in
 * @param seconds of its training steps
 * @param rssBytes resident memory of its process, −1 where unknown
 * @param participant where it ran
 * @param outcome how it ended
 * @param reason why it did not end well: a clause to end a sentence with; empty if it did
 */
record WorkerReport(
    long images,
    double nats,
    double seconds,
    long rssBytes,
    Participant participant,
    Outcome outcome,
    String reason)
    implements Serializable {

  /** How a worker's part of a round ended. */
  enum Outcome {
    /** With vectors. */
    DONE,
    /** Its loss is infinite or NaN. */
    NOT_FINITE,
    /** The state of its optimiser was lost with an executor. */
    STATE_LOST
  }

  static WorkerReport failed(Participant participant, Outcome outcome, String reason) {
    return new WorkerReport(0, 0, 0, ProcessMemory.residentBytes(), participant, outcome, reason);
  }
}
