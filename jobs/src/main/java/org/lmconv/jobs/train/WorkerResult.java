package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.List;

/**
 * What a worker made of its round.
 *
 * @param report how it went
 * @param vectors the summed gradient; or the way from the start to where its local steps led, and
 *     the two moments of its optimiser if they are averaged; none if it failed
 */
record WorkerResult(WorkerReport report, List<Packed> vectors) implements Serializable {
  static WorkerResult failed(WorkerReport report) {
    return new WorkerResult(report, List.of());
  }

  /** Bytes of the vectors. */
  long bytes() {
    return vectors.stream().mapToLong(Packed::bytes).sum();
  }
}
