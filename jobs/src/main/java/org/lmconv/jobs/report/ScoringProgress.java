package org.lmconv.jobs.report;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;

/** Tells the user every few seconds how many images are scored, until it is closed. */
final class ScoringProgress implements AutoCloseable {
  private static final int SECONDS_BETWEEN_LINES = 10;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "scoring progress");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts telling.
   *
   * @param scored images so far
   * @param total images
   */
  void start(PrintStream out, LongAccumulator scored, long total) {
    timer.scheduleAtFixedRate(
        () -> out.printf("scored %d/%d images%n", scored.value(), total),
        SECONDS_BETWEEN_LINES,
        SECONDS_BETWEEN_LINES,
        TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
