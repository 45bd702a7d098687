package org.lmconv.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lmconv.bench.Ways.Comparison;
import org.lmconv.bench.Ways.Workload;
import org.lmconv.orders.PixelOrder;

/**
 * How much the memory of a process grows over many training steps: a leak would show. Each order
 * has a process of its own, whose Java heap is resident from the start, so that filling it is no
 * growth.
 */
record Growth(Setup setup, ChildProcess child, int number) implements Question {
  /** Steps that fill caches and make masks. */
  private static final int FIRST_STEPS = 50;

  /**
   * Fields of a row.
   *
   * @param steps between the two
   * @param rssStartMb resident memory after the first 50 steps, 10^6 bytes; null where the system
   *     does not tell
   * @param rssEndMb at the end
   * @param growthMb from start to end
   */
  record Grown(int steps, Double rssStartMb, Double rssEndMb, Double growthMb) {
    static Grown of(int steps, Double start, Double end) {
      return new Grown(steps, start, end, start == null || end == null ? null : end - start);
    }
  }

  @Override
  public String title() {
    return Ways.step(setup, setup.order(number)).title();
  }

  @Override
  public List<ObjectNode> rows(List<Times> times, Consumer<String> progress) throws IOException {
    progress.accept(setup.bench().steps() + " steps");
    return List.of(child.growth(number));
  }

  /** The row, measured in this process. */
  static ObjectNode measure(Setup setup, PixelOrder order) {
    try (Workload training = Networks.training(setup, order, Variant.PLAN_FUSED)) {
      repeat(training, FIRST_STEPS);
      Double start = Child.residentMb();
      int steps = setup.bench().steps();
      List<Double> milliseconds = repeat(training, steps);
      Grown grown = Grown.of(steps, start, Child.residentMb());
      return Rows.row(
          Ways.step(setup, order).label(setup, Variant.PLAN_FUSED, setup.precision()),
          Times.of(milliseconds),
          Comparison.none(Child.peakMb()),
          grown);
    }
  }

  private static List<Double> repeat(Workload training, int times) {
    List<Double> milliseconds = new ArrayList<>(times);
    for (int i = 0; i < times; i++) {
      milliseconds.add(Interleaved.milliseconds(training.run()));
    }
    return milliseconds;
  }
}
