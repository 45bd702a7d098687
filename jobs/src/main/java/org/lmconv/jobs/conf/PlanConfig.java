package org.lmconv.jobs.conf;

import java.util.List;

/**
 * The section "plan"; {@code reference.conf} explains each key.
 *
 * @param stepSeconds of one local step of a worker; 0 is to be measured
 * @param gigabitsPerSecond of the driver's and each executor's link, each way; 0 is no network
 *     beside that of the measurement
 * @param workers to predict rounds of
 * @param share of a round that is to be training
 */
public record PlanConfig(
    double stepSeconds, double gigabitsPerSecond, List<Integer> workers, double share) {
  /**
   * Checks every value.
   *
   * @throws org.lmconv.jobs.UserError if one is out of range
   */
  public PlanConfig {
    workers = List.copyOf(workers);
    Bounds.notNegative("plan.step-seconds", stepSeconds);
    Bounds.notNegative("plan.gigabits-per-second", gigabitsPerSecond);
    Bounds.counts("plan.workers", workers);
    Bounds.innerShare("plan.share", share);
  }
}
