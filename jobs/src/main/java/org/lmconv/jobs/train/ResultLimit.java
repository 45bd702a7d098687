package org.lmconv.jobs.train;

import org.apache.spark.SparkConf;
import org.lmconv.jobs.UserError;

/** Whether the driver may receive what all workers send in a round. */
final class ResultLimit {
  private static final String KEY = "spark.driver.maxResultSize";

  private ResultLimit() {}

  /**
   * @throws UserError if Spark would stop the first round for it
   */
  static void require(SparkConf conf, WorkerPlan plan) {
    long limit = conf.getSizeAsBytes(KEY, "1g");
    long needed = Exchange.driverBytes(plan);
    if (limit > 0 && needed >= limit) {
      throw new UserError(
          "%d workers send the driver %d MB a round, but %s allows %d MB; submit with --conf %s=%dg"
              .formatted(
                  plan.train().workers(), needed >> 20, KEY, limit >> 20, KEY, (needed >> 30) + 1));
    }
  }
}
