package org.lmconv.jobs.train;

import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.DeviceChoice;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.executor.MachineMemory;
import org.lmconv.model.device.DeviceMemory;
import org.lmconv.model.device.Execution;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.tensor.Precision;

/** Whether the memory of the machine holds the training steps that it is to run at once. */
final class WorkerMemory {
  private WorkerMemory() {}

  /** What a step of one worker takes, by estimate. */
  static DeviceMemory ofStep(WorkerPlan plan) {
    return ofStep(plan.model(), plan.train(), plan.placement().execution());
  }

  private static DeviceMemory ofStep(ModelSpec model, TrainConfig train, Execution execution) {
    // With one local step it is the driver that moves the parameters.
    return DeviceMemory.ofUpdate(model, train.batchSize(), execution, train.mostLocalSteps() > 1);
  }

  /**
   * Checks the machine that this process runs on, before the first step: later, memory that is in
   * use is that of the steps themselves.
   *
   * @param workers of the process
   * @throws UserError if their steps cannot fit
   */
  static void require(WorkerPlan plan, int workers) {
    // A GPU has its own memory, of which libtorch says itself when there is too little.
    if (plan.placement().choice() != DeviceChoice.GPU) {
      require(
          plan, workers, MachineMemory.totalBytes(), Math.max(0, ProcessMemory.residentBytes()));
    }
  }

  /**
   * @param totalBytes that the process may have
   * @param usedBytes that it has already
   */
  static void require(WorkerPlan plan, int workers, long totalBytes, long usedBytes) {
    long step = ofStep(plan).bytes();
    long left = totalBytes - usedBytes;
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
    Execution recomputing = new Execution(Precision.FLOAT32, true);
    long bytes = ofStep(plan.model(), plan.train(), recomputing).bytes();
    return ", train.recompute=true (about %d MB)".formatted(bytes >> 20);
  }
}
