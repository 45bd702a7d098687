package org.lmconv.jobs.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import org.lmconv.jobs.bench.Precisions.Kind;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.model.tensor.Precision;

/**
 * A process that {@link ChildProcess} starts: the configuration comes in, a line of JSON goes out.
 */
final class Child {
  /** The task to find the most memory of a variant. */
  static final String MEMORY = "memory";

  /** The task to measure a precision. */
  static final String PRECISION = "precision";

  /** The task to see how memory grows. */
  static final String GROWTH = "growth";

  /** The first run prepares, the second is what all others are like. */
  private static final int RUNS = 2;

  private Child() {}

  /** The answer to {@link #MEMORY}. */
  record Peak(Double peakRssMb) {}

  /** Takes a task, the number of the case or order, and the name of the variant or precision. */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    PrintStream out = System.out;
    String text = new String(System.in.readAllBytes(), UTF_8);
    Setup setup = Setup.of(ConfigLoader.ofText(text, "the configuration"));
    setup.useThreads();
    int number = Integer.parseInt(args[1]);
    Object answer =
        switch (args[0]) {
          case MEMORY -> peak(setup, number, Variant.valueOf(args[2]));
          case GROWTH -> Growths.Answer.measure(setup, setup.bench().orderSet().get(number));
          default -> precision(setup, number, Kind.valueOf(args[2]));
        };
    out.println(Json.line(answer));
  }

  private static Peak peak(Setup setup, int number, Variant variant) {
    try (Workload workload = Case.of(setup).get(number).opener().apply(variant)) {
      for (int run = 0; run < RUNS; run++) {
        workload.run();
      }
      return new Peak(Megabytes.peak());
    }
  }

  private static PrecisionAnswer precision(Setup setup, int number, Kind kind) {
    Precision precision = kind == Kind.BFLOAT16 ? Precision.BFLOAT16 : Precision.FLOAT32;
    return PrecisionAnswer.measure(setup.with(precision), setup.bench().orderSet().get(number));
  }
}
