package org.lmconv.jobs.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

/**
 * How long a worker computes.
 *
 * @param seconds of a local step
 * @param loadSeconds to load the model and the optimiser at the start of a round, and to read them
 *     back at its end
 * @param how it is known, for people
 */
record StepTime(double seconds, double loadSeconds, String how) {
  /** As the user has it. */
  static StepTime given(double seconds) {
    return new StepTime(
        seconds, 0, "as given; what loading the model and reading it back takes is not counted");
  }

  /**
   * Takes steps on this machine's device, under the first and the last of the orders, which differ
   * most: rows and columns.
   */
  static StepTime measure(Setup setup, OrderSet orders, PrintStream out) {
    PixelOrder last = orders.get(orders.size() - 1);
    List<PixelOrder> two = Stream.of(orders.get(0), last).distinct().toList();
    double steps =
        two.stream()
            .mapToDouble(order -> seconds(setup, Case.step(setup, order), out))
            .average()
            .orElseThrow();
    return new StepTime(
        steps,
        seconds(setup, Case.loading(setup, last), out),
        "timed here under %s"
            .formatted(String.join(" and ", two.stream().map(PixelOrder::name).toList())));
  }

  private static double seconds(Setup setup, Case measured, PrintStream out) {
    BenchProgress progress = new BenchProgress(out, 1);
    return Interleaved.measure(
                measured,
                List.of(Variant.PLAN_FUSED),
                setup.bench(),
                doing -> progress.tell(0, measured.title(), doing))
            .get(0)
            .medianMs()
        / 1e3;
  }

  /** For people. */
  String describe(int batchSize) {
    String load =
        loadSeconds == 0
            ? ""
            : ", and loading the model and reading it back %.2f ms".formatted(1e3 * loadSeconds);
    return "a step of %s takes a worker %.2f ms%s: %s"
        .formatted(Words.count(batchSize, "image"), 1e3 * seconds, load, how);
  }
}
