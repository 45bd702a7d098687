package org.lmconv.jobs.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.lmconv.orders.PixelOrder;

/** How much the memory of this process grows over many training steps: a leak would show. */
final class Growths implements Measurement {
  /** Steps that fill caches and make masks. */
  private static final int FIRST_STEPS = 50;

  private final Setup setup;
  private final List<PixelOrder> orders;
  private final BenchProgress progress;

  Growths(Setup setup, PrintStream out) {
    this.setup = setup;
    this.orders = setup.bench().orderSet().orders();
    this.progress = new BenchProgress(out, orders.size());
  }

  /**
   * Fields of a row.
   *
   * @param steps between the two
   * @param rssStartMb resident memory after the first 50 steps, 10^6 bytes; null where the system
   *     does not tell
   * @param rssEndMb at the end
   * @param growthMb from start to end
   */
  record Growth(int steps, Double rssStartMb, Double rssEndMb, Double growthMb) {
    static Growth of(int steps, Double start, Double end) {
      return new Growth(steps, start, end, start == null || end == null ? null : end - start);
    }
  }

  @Override
  public void run(Rows rows) throws IOException {
    for (int number = 0; number < orders.size(); number++) {
      measure(number, rows);
    }
  }

  private void measure(int number, Rows rows) throws IOException {
    Case step = Case.step(setup, orders.get(number));
    int steps = setup.bench().steps();
    try (Workload training = step.opener().apply(Variant.PLAN_FUSED)) {
      repeat(training, FIRST_STEPS, number, step, "first step");
      Double start = Megabytes.resident();
      List<Double> milliseconds = repeat(training, steps, number, step, "step");
      Growth growth = Growth.of(steps, start, Megabytes.resident());
      rows.add(
          Json.row(
              Label.of(setup, step, Variant.PLAN_FUSED),
              Times.of(milliseconds),
              Comparison.none(Megabytes.peak()),
              growth));
    }
  }

  private List<Double> repeat(Workload training, int times, int number, Case step, String doing) {
    List<Double> milliseconds = new ArrayList<>(times);
    for (int i = 0; i < times; i++) {
      progress.tell(number, step.title(), "%s %d/%d".formatted(doing, i + 1, times));
      long began = System.nanoTime();
      training.run();
      milliseconds.add((System.nanoTime() - began) / 1e6);
    }
    return milliseconds;
  }
}
