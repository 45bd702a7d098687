package org.lmconv.jobs.run;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;

/** Tells the user every few seconds how far the tasks of a job are, until it is closed. */
public final class TaskProgress implements AutoCloseable {
  private static final int SECONDS_BETWEEN_LINES = 10;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts telling.
   *
   * @param line with two numbers to be filled in: done, and of how many
   */
  public void start(PrintStream out, String line, LongAccumulator done, long total) {
    timer.scheduleAtFixedRate(
        () -> out.printf(line, done.value(), total),
        SECONDS_BETWEEN_LINES,
        SECONDS_BETWEEN_LINES,
        TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
