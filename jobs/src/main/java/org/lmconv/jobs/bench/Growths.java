package org.lmconv.jobs.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.lmconv.orders.PixelOrder;

/**
 * How much the memory of a process grows over many training steps: a leak would show. Each order
 * has a process of its own, whose Java heap is resident from the start, so that filling it is no
 * growth.
 */
final class Growths implements Measurement {
  /** Steps that fill caches and make masks. */
  private static final int FIRST_STEPS = 50;

  private final Setup setup;
  private final ChildProcess child;
  private final List<PixelOrder> orders;
  private final BenchProgress progress;

  Growths(Setup setup, ChildProcess child, PrintStream out) {
    this.setup = setup;
    this.child = child;
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

  /** What the process of an order found. */
  record Answer(Times times, Growth growth, Double peakRssMb) {
    /** Measures in this process. */
    static Answer measure(Setup setup, PixelOrder order) {
      try (Workload training = Case.step(setup, order).opener().apply(Variant.PLAN_FUSED)) {
        repeat(training, FIRST_STEPS);
        Double start = Megabytes.resident();
        int steps = setup.bench().steps();
        List<Double> milliseconds = repeat(training, steps);
        Growth growth = Growth.of(steps, start, Megabytes.resident());
        return new Answer(Times.of(milliseconds), growth, Megabytes.peak());
      }
    }

    private static List<Double> repeat(Workload training, int times) {
      List<Double> milliseconds = new ArrayList<>(times);
      for (int i = 0; i < times; i++) {
        long began = System.nanoTime();
        training.run();
        milliseconds.add((System.nanoTime() - began) / 1e6);
      }
      return milliseconds;
    }
  }

  @Override
  public void run(Rows rows) throws IOException {
    for (int number = 0; number < orders.size(); number++) {
      Case step = Case.step(setup, orders.get(number));
      progress.tell(number, step.title(), setup.bench().steps() + " steps");
      Answer answer = child.growth(number);
      rows.add(
          Json.row(
              Label.of(setup, step, Variant.PLAN_FUSED),
              answer.times(),
              Comparison.none(answer.peakRssMb()),
              answer.growth()));
    }
  }
}
