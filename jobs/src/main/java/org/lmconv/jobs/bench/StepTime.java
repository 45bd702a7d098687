package org.lmconv.jobs.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.IntStream;
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
  /** A median so much above the fastest is not the computation's. */
  private static final double VARY = 1.5;

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
    List<Case> cases =
        Stream.concat(
                Stream.of(orders.get(0), last).distinct().map(order -> Case.step(setup, order)),
                Stream.of(Case.loading(setup, last)))
            .toList();
    BenchProgress progress = new BenchProgress(out, cases.size());
    List<Times> times =
        IntStream.range(0, cases.size())
            .mapToObj(number -> times(setup, cases.get(number), number, progress))
            .toList();
    List<Times> steps = times.subList(0, times.size() - 1);
    return new StepTime(
        steps.stream().mapToDouble(Times::medianMs).average().orElseThrow() / 1e3,
        times.get(times.size() - 1).medianMs() / 1e3,
        "timed here, with %s%s"
            .formatted(Words.count(setup.threads(), "thread"), doubt(steps, setup.threads())));
  }

  private static Times times(Setup setup, Case measured, int number, BenchProgress progress) {
    return Interleaved.measure(
            measured,
            List.of(Variant.PLAN_FUSED),
            setup.bench(),
            doing -> progress.tell(number, measured.title(), doing))
        .get(0);
  }

  /** What to say of times that are not those of this network alone; nothing if they may be. */
  static String doubt(List<Times> steps, int threads) {
    boolean vary = steps.stream().anyMatch(times -> times.medianMs() > VARY * times.minMs());
    // Threads that wait for each other are hit most.
    String remedy = threads > 1 ? "try bench.threads=1 or give" : "wait, or give";
    return vary
        ? "; but some took %.2f ms, so something else uses this machine: %s plan.step-seconds"
            .formatted(steps.stream().mapToDouble(Times::minMs).min().orElseThrow(), remedy)
        : "";
  }

  /** For people. */
  String describe(int batchSize) {
    String load =
        loadSeconds == 0
            ? ""
            : ", and loading the model and reading it back %.2f ms a round"
                .formatted(1e3 * loadSeconds);
    return "a step of %s takes a worker %.2f ms%s: %s"
        .formatted(Words.count(batchSize, "image"), 1e3 * seconds, load, how);
  }
}
