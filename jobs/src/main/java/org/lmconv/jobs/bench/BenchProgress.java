package org.lmconv.jobs.bench;

import java.io.PrintStream;

/** Tells the user what is being measured, in a line every few seconds. */
final class BenchProgress {
  private static final double SECONDS_BETWEEN_LINES = 5;

  private final PrintStream out;
  private final int cases;
  private long lastLine;

  /**
   * @param cases to be measured
   */
  BenchProgress(PrintStream out, int cases) {
    this.out = out;
    this.cases = cases;
  }

  /**
   * Something is about to be done.
   *
   * @param number of the case, from 0
   */
  void tell(int number, String title, String doing) {
    if (lastLine == 0 || (System.nanoTime() - lastLine) / 1e9 >= SECONDS_BETWEEN_LINES) {
      out.printf("%d/%d  %s: %s%n", number + 1, cases, title, doing);
      lastLine = System.nanoTime();
    }
  }
}
