package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.List;
import org.lmconv.jobs.session.MachineMemory;
import org.lmconv.jobs.session.Placement.Participant;

/**
 * What a worker made of its round.
 *
 * @param vectors the summed gradient; or the way from the start to where its local steps led, and
 *     the two moments of its optimiser if they are averaged; none if it failed
 */
record WorkerResult(WorkerReport report, List<Packed> vectors) implements Serializable {

  enum Outcome {
    /** With vectors. */
    DONE,
    /** Its loss is infinite or NaN. */
    NOT_FINITE,
    /** The state of its optimiser was lost with an executor. */
    STATE_LOST
  }

  /**
   * What a worker tells of its round.
   *
   * @param nats negative log-likelihood of them all, each before the step that it took part in
   * @param seconds of its training steps
   * @param rssBytes resident memory of its process, −1 where unknown
   * @param participant where it ran
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
      implements Serializable {}

  static WorkerResult failed(Participant participant, Outcome outcome, String reason) {
    long rss = MachineMemory.residentBytes();
    return new WorkerResult(
        new WorkerReport(0, 0, 0, rss, participant, outcome, reason), List.of());
  }

  /** Bytes of the vectors. */
  long bytes() {
    return vectors.stream().mapToLong(Packed::bytes).sum();
  }
}
