package org.lmconv.jobs.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.lmconv.jobs.train.RoundOverhead.Cost;

/**
 * What rounds of a number of workers and a size cost beside training.
 *
 * @param label what was measured, and where
 * @param times of whole rounds
 * @param parts of them
 */
record RoundRow(Label label, Times times, Parts parts) {
  private static final double BYTES_PER_MEGABYTE = 1e6;

  /**
   * What a row is about.
   *
   * @param name round
   * @param what the key "what"
   * @param workers tasks side by side
   * @param parameters elements of each vector
   * @param transport precision of what workers send
   * @param exchange direct or sliced
   * @param device of the workers: cpu or gpu
   * @param threads on the CPU
   * @param master of Spark
   */
  record Label(
      String name,
      String what,
      int workers,
      int parameters,
      String transport,
      String exchange,
      String device,
      int threads,
      String master) {}

  /**
   * Medians.
   *
   * @param broadcastMs handing the parameters to Spark
   * @param exchangeMs scheduling, and all transport
   * @param updateMs of the driver's step
   * @param bytesDown of arrays sent to all workers in a round
   * @param bytesUp of arrays that all workers sent in a round
   * @param driverBytes of arrays that the driver received in a round
   */
  record Parts(
      double broadcastMs,
      double exchangeMs,
      double updateMs,
      long bytesDown,
      long bytesUp,
      long driverBytes) {}

  /** Of at least one round. */
  static RoundRow of(Label label, List<Cost> costs) {
    Cost any = costs.get(0); // bytes are the same in all
    return new RoundRow(
        label,
        times(costs, Cost::seconds),
        new Parts(
            times(costs, Cost::broadcastSeconds).medianMs(),
            times(costs, Cost::exchangeSeconds).medianMs(),
            times(costs, Cost::updateSeconds).medianMs(),
            any.bytesDown(),
            any.bytesUp(),
            any.driverBytes()));
  }

  private static Times times(List<Cost> costs, ToDoubleFunction<Cost> seconds) {
    return Times.of(costs.stream().map(cost -> 1e3 * seconds.applyAsDouble(cost)).toList());
  }

  /** Size of the model in float32, 10^6 bytes. */
  double megabytes() {
    return megabytes(label.parameters());
  }

  static double megabytes(long parameters) {
    return parameters * Float.BYTES / BYTES_PER_MEGABYTE;
  }

  /** The median of whole rounds. */
  double seconds() {
    return times.medianMs() / 1e3;
  }

  ObjectNode json() {
    return Json.row(label, times, parts);
  }
}
