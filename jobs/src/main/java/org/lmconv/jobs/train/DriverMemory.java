package org.lmconv.jobs.train;

import org.lmconv.jobs.UserError;

/** Whether the driver's heap holds what a round needs; to be known before the first one. */
final class DriverMemory {
  /** Vectors of the driver: parameters, their broadcast twice, the sum in double, the result. */
  private static final int OWN = 6;

  /** Per vector of a worker's result: as bytes, as array, and what Spark keeps free beside it. */
  private static final int PER_RESULT = 3;

  private DriverMemory() {}

  /**
   * @param heapBytes that the driver's JVM may have
   * @throws UserError if it is less than the estimate for the plan
   */
  static void require(long heapBytes, WorkerPlan plan) {
    // In a local master the workers make their results in the same heap.
    long perResult = plan.placement().local() ? 2 * PER_RESULT : PER_RESULT;
    long parameters = plan.parameters();
    long needed =
        Float.BYTES
            * parameters
            * (OWN + perResult * plan.vectorsPerResult() * plan.train().workers());
    if (needed > heapBytes) {
      throw new UserError(
          ("%,d parameters and %d workers need about %d MB of the driver's memory, it has %d MB;"
                  + " submit with --driver-memory %dg (with bin/lmconv: LMCONV_DRIVER_MEMORY=%dg)")
              .formatted(
                  parameters,
                  plan.train().workers(),
                  needed >> 20,
                  heapBytes >> 20,
                  (needed >> 30) + 1,
                  (needed >> 30) + 1));
    }
  }
}
