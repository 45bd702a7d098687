package org.lmconv.jobs;

import org.apache.spark.sql.SparkSession;

/**
 * The one session of all tests of this JVM: four task slots; metrics where Prometheus reads them.
 */
public final class TestSpark {
  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[4]")
          .appName("lmconv-test")
          .config("spark.ui.port", 0) // any that is free
          .config("spark.metrics.namespace", "test")
          .config(
              "spark.metrics.conf.driver.sink.prometheusServlet.class",
              "org.apache.spark.metrics.sink.PrometheusServlet")
          .config("spark.metrics.conf.driver.sink.prometheusServlet.path", "/metrics/prometheus")
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
