package org.lmconv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import org.lmconv.bench.Precisions.Kind;
import org.lmconv.bench.Ways.Comparison;
import org.lmconv.bench.Ways.Workload;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.session.MachineMemory;

/** A process that {@link ChildProcess} starts: the configuration comes in, a row goes out. */
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

  /** Takes a task, the number of the case or order, and the name of the variant or precision. */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    PrintStream out = System.out;
    String text = new String(System.in.readAllBytes(), UTF_8);
    Setup setup = Setup.of(ConfigLoader.ofText(text, "the configuration"));
    setup.useThreads();
    int number = Integer.parseInt(args[1]);
    ObjectNode row =
        switch (Task.valueOf(args[0])) {
          case MEMORY -> peak(setup, number, Variant.valueOf(args[2]));
          case GROWTH -> Growth.measure(setup, setup.order(number));
          case PRECISION -> Precisions.measure(setup, setup.order(number), Kind.valueOf(args[2]));
        };
    out.println(row);
  }

  private static ObjectNode peak(Setup setup, int number, Variant variant) {
    try (Workload workload = Ways.cases(setup).get(number).opener().apply(variant)) {
      for (int run = 0; run < RUNS; run++) {
        workload.run().run();
      }
      return Rows.row(Comparison.none(peakMb()));
    }
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
