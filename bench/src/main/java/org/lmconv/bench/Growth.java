package org.lmconv.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.lmconv.bench.Ways.Case;
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

  /** A question for each order. */
  static List<Question> of(Setup setup, ChildProcess child) {
    return IntStream.range(0, setup.bench().orderSet().size())
        .<Question>mapToObj(number -> new Growth(setup, child, number))
        .toList();
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
  record Grown(int steps, Double rssStartMb, Double rssEndMb, Double growthMb) {
    static Grown of(int steps, Double start, Double end) {
      return new Grown(steps, start, end, start == null || end == null ? null : end - start);
    }
  }

  /** What the process of an order finds. */
  record Answer(Times times, Grown grown, Double peakRssMb) {
    /** Measures in this process. */
    static Answer measure(Setup setup, PixelOrder order) {
      try (Workload training = Networks.training(setup, order, Variant.PLAN_FUSED)) {
        repeat(training, FIRST_STEPS);
        Double start = Child.residentMb();
        int steps = setup.bench().steps();
        List<Double> milliseconds = repeat(training, steps);
        Grown grown = Grown.of(steps, start, Child.residentMb());
        return new Answer(Times.of(milliseconds), grown, Child.peakMb());
      }
    }

    private static List<Double> repeat(Workload training, int times) {
      List<Double> milliseconds = new ArrayList<>(times);
      for (int i = 0; i < times; i++) {
        long began = System.nanoTime();
        training.run().run();
        milliseconds.add((System.nanoTime() - began) / 1e6);
      }
      return milliseconds;
    }
  }

  private Case step() {
    return Ways.step(setup, setup.bench().orderSet().get(number));
  }

  @Override
  public String title() {
    return step().title();
  }

  @Override
  public List<ObjectNode> rows(List<Times> times, Consumer<String> progress) throws IOException {
    progress.accept(setup.bench().steps() + " steps");
    Answer answer = child.growth(number);
    String precision = setup.precision().name().toLowerCase(Locale.ROOT);
    return List.of(
        Json.row(
            step().label(setup, Variant.PLAN_FUSED, precision),
            answer.times(),
            Comparison.none(answer.peakRssMb()),
            answer.grown()));
  }
}
