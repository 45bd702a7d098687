package org.lmconv.jobs.train;

import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.ExchangeConfig.Outer;

/** Whether the driver's heap holds what a round needs; to be known before the first one. */
final class DriverMemory {
  /** Parameters before and after, and those that are broadcast, twice. */
  private static final int PARAMETERS = 4;

  /** The state of the newest checkpoint, and the one that is being made. */
  private static final int STATES = 2;

  /** A sum in double, and what comes of it. */
  private static final int PER_SUM = 3;

  /** Of a result that is received: as bytes, as array, and what Spark keeps free beside it. */
  private static final int PER_RECEIVED = 3;

  private DriverMemory() {}

  /**
   * @param heapBytes that the driver's JVM may have
   * @throws UserError if it is less than the estimate for the plan
   */
  static void require(long heapBytes, WorkerPlan plan) {
    long needed = estimate(plan);
    if (needed > heapBytes) {
      throw new UserError(
          ("%,d parameters and %d workers need about %d MB of the driver's memory, it has %d MB;"
                  + " submit with --driver-memory %dg (with bin/lmconv: LMCONV_DRIVER_MEMORY=%dg)")
              .formatted(
                  plan.parameters(),
                  plan.train().workers(),
                  needed >> 20,
                  heapBytes >> 20,
                  (needed >> 30) + 1,
                  (needed >> 30) + 1));
    }
  }

  /** Bytes of heap that a round takes at most. */
  static long estimate(WorkerPlan plan) {
    long own =
        PARAMETERS + STATES * vectorsOfState(plan) + (long) PER_SUM * plan.vectorsPerResult();
    // In a local master the workers make their results in the same heap.
    long perReceived = plan.placement().local() ? 2 * PER_RECEIVED : PER_RECEIVED;
    return Float.BYTES * plan.parameters() * own + perReceived * Exchange.driverBytes(plan);
  }

  private static int vectorsOfState(WorkerPlan plan) {
    int moments = 2;
    boolean nesterov = plan.train().exchange().outer() == Outer.NESTEROV;
    int outer = nesterov && plan.train().mostLocalSteps() > 1 ? 1 : 0;
    int ema = plan.train().emaDecay() > 0 ? 1 : 0;
    return moments + outer + ema;
  }
}
