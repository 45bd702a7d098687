package org.lmconv.jobs;

import org.apache.spark.sql.SparkSession;

/** The one session of all tests of this JVM: four task slots, no user interface. */
public final class TestSpark {
  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[4]")
          .appName("lmconv-test")
          .config("spark.ui.enabled", false)
          .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
          .config("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", 1)
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", 4)
          .config("spark.sql.warehouse.dir", "target/spark-warehouse")
          .getOrCreate();

  private TestSpark() {}

  /** Started at the first call; never to be stopped by a test. */
  public static SparkSession session() {
    return SESSION;
  }
}
