package org.lmconv.jobs;

import org.apache.spark.sql.SparkSession;

/** The one session of the tests of this JVM: four task slots; metrics where Prometheus reads. */
public final class TestSpark {
  private static SparkSession session;

  private TestSpark() {}

  /**
   * Never to be stopped by a test; a command that {@link InProcess} runs does, so ask each time.
   */
  public static synchronized SparkSession session() {
    if (session == null || session.sparkContext().isStopped()) {
      session = start();
    }
    return session;
  }

  /** Makes way for a session with other settings. */
  static synchronized void stop() {
    if (session != null) {
      session.stop();
    }
  }

  private static SparkSession start() {
    return SparkSession.builder()
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
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.warehouse.dir", "target/spark-warehouse")
        .getOrCreate();
  }
}
