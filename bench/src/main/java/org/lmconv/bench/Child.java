package org.lmconv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import org.lmconv.bench.Precisions.Kind;
import org.lmconv.bench.Ways.Workload;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.session.MachineMemory;
import org.lmconv.model.tensor.Precision;

/**
 * A process that {@link ChildProcess} starts: the configuration comes in, a line of JSON goes out.
 */
final class Child {
  /** The first run prepares, the second is what all others are like. */
  private static final int RUNS = 2;

  private Child() {}

  /** What a process is to find out. */
  enum Task {
    MEMORY,
    GROWTH,
    PRECISION
  }

  /** The answer to {@link Task#MEMORY}. */
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
        switch (Task.valueOf(args[0])) {
          case MEMORY -> peak(setup, number, Variant.valueOf(args[2]));
          case GROWTH -> Growth.Answer.measure(setup, setup.bench().orderSet().get(number));
          case PRECISION -> precision(setup, number, Kind.valueOf(args[2]));
        };
    out.println(Json.line(answer));
  }

  private static Peak peak(Setup setup, int number, Variant variant) {
    try (Workload workload = Ways.cases(setup).get(number).opener().apply(variant)) {
      for (int run = 0; run < RUNS; run++) {
        workload.run().run();
      }
      return new Peak(peakMb());
    }
  }

  private static Precisions.Answer precision(Setup setup, int number, Kind kind) {
    Precision precision = kind == Kind.BFLOAT16 ? Precision.BFLOAT16 : Precision.FLOAT32;
    return Precisions.Answer.measure(setup.with(precision), setup.bench().orderSet().get(number));
  }

  /** Resident memory of this process, 10^6 bytes; null where the system does not tell. */
  static Double residentMb() {
    return megabytes(MachineMemory.residentBytes());
  }

  /** The most that was ever resident. */
  static Double peakMb() {
    return megabytes(MachineMemory.peakBytes());
  }

  private static Double megabytes(long bytes) {
    return bytes < 0 ? null : bytes / 1e6;
  }
}
