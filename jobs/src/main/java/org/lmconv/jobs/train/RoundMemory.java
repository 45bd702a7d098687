package org.lmconv.jobs.train;

import org.apache.spark.SparkConf;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.jobs.conf.TrainConfig.Outer;
import org.lmconv.jobs.session.MachineMemory;
import org.lmconv.model.device.DeviceMemory;
import org.lmconv.model.device.Execution;
import org.lmconv.model.tensor.Precision;

/**
 * Whether a round fits: into the driver's heap, into what Spark lets the driver receive, and into
 * the memory of the machines of the workers; to be known before the first one.
 */
final class RoundMemory {
  private static final String RESULT_LIMIT = "spark.driver.maxResultSize";

  /** Parameters before and after, and those that are broadcast, twice. */
  private static final int PARAMETERS = 4;

  /** The state of the newest checkpoint, and the one that is being made. */
  private static final int STATES = 2;

  /** A sum in double, and what comes of it. */
  private static final int PER_SUM = 3;

  /** Of a result that is received: as bytes, as array, and what Spark keeps free beside it. */
  private static final int PER_RECEIVED = 3;

  private RoundMemory() {}

  /**
   * Checks what the driver can know.
   *
   * @throws UserError if Spark would stop the first round, or memory of this process is too small
   */
  static void require(SparkConf conf, WorkerPlan plan) {
    requireResults(conf, plan);
    requireHeap(Runtime.getRuntime().maxMemory(), plan);
    if (plan.placement().local()) {
      requireSteps(plan, plan.train().workers());
    }
  }

  static void requireResults(SparkConf conf, WorkerPlan plan) {
    long limit = conf.getSizeAsBytes(RESULT_LIMIT, "1g");
    long needed = Exchange.driverBytes(plan);
    if (limit > 0 && needed >= limit) {
      throw new UserError(
          "%d workers send the driver %d MB a round, but %s allows %d MB; submit with --conf %s=%dg"
              .formatted(
                  plan.train().workers(),
                  needed >> 20,
                  RESULT_LIMIT,
                  limit >> 20,
                  RESULT_LIMIT,
                  (needed >> 30) + 1));
    }
  }

  static void requireHeap(long heapBytes, WorkerPlan plan) {
    long needed = heapOfDriver(plan);
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
  private static long heapOfDriver(WorkerPlan plan) {
    long own =
        PARAMETERS + STATES * vectorsOfState(plan) + (long) PER_SUM * plan.vectorsPerResult();
    // In a local master the workers make their results in the same heap.
    long perReceived = plan.placement().local() ? 2 * PER_RECEIVED : PER_RECEIVED;
    return Float.BYTES * plan.parameters() * own + perReceived * Exchange.driverBytes(plan);
  }

  private static int vectorsOfState(WorkerPlan plan) {
    int moments = 2;
    boolean nesterov = plan.train().outer() == Outer.NESTEROV;
    int outer = nesterov && plan.train().mostLocalSteps() > 1 ? 1 : 0;
    int ema = plan.train().emaDecay() > 0 ? 1 : 0;
    return moments + outer + ema;
  }

  /** Bytes that a training step of one worker takes besides the heap, by estimate. */
  static long ofStep(WorkerPlan plan) {
    return ofStep(plan, plan.placement().execution());
  }

  private static long ofStep(WorkerPlan plan, Execution execution) {
    // With one local step it is the driver that moves the parameters.
    boolean optimises = plan.train().mostLocalSteps() > 1;
    int batch = plan.train().batchSize();
    return DeviceMemory.ofUpdate(plan.model(), batch, execution, optimises).bytes();
  }

  /**
   * Checks the machine that this process runs on, before the first step: later, memory that is in
   * use is that of the steps themselves.
   *
   * @param workers of the process
   */
  static void requireSteps(WorkerPlan plan, int workers) {
    // A GPU has its own memory, of which libtorch says itself when there is too little.
    if (plan.placement().choice() != DeviceChoice.GPU) {
      long used = Math.max(0, MachineMemory.residentBytes());
      requireSteps(plan, workers, MachineMemory.totalBytes() - used);
    }
  }

  /**
   * @param left bytes that the process may still take
   */
  static void requireSteps(WorkerPlan plan, int workers, long left) {
    long step = ofStep(plan);
    if (step * workers > left) {
      throw new UserError(
          ("a training step of %d images takes about %d MB, %d at once need %d MB, and %d MB of"
                  + " memory are left; use a smaller train.batch-size%s, or fewer workers on a"
                  + " machine")
              .formatted(
                  plan.train().batchSize(),
                  step >> 20,
                  workers,
                  step * workers >> 20,
                  left >> 20,
                  recomputingHint(plan)));
    }
  }

  private static String recomputingHint(WorkerPlan plan) {
    if (plan.train().recompute()) {
      return "";
    }
    long bytes = ofStep(plan, new Execution(Precision.FLOAT32, true));
    return ", train.recompute=true (about %d MB)".formatted(bytes >> 20);
  }
}
