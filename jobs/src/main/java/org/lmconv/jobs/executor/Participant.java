package org.lmconv.jobs.executor;

import java.io.Serializable;

/**
 * Where a task ran.
 *
 * @param host of the executor
 * @param executor Spark's id of it
 * @param device "cpu", or "gpu 0"
 * @param gpu name of the task's GPU on its host, which no other task's may have; empty if it has
 *     none
 */
public record Participant(String host, String executor, String device, String gpu)
    implements Serializable {

  /** Whether it has a GPU, be it only by what Spark says. */
  public boolean hasGpu() {
    return !gpu.isEmpty();
  }

  /** Such as "executor 0 on host-a: gpu 1". */
  @Override
  public String toString() {
    return "executor %s on %s: %s".formatted(executor, host, device);
  }
}
