package org.lmconv.jobs.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.KeySet;

/**
 * The command {@code bench}: measures how fast this machine computes, at what memory, and what
 * rounds cost beside that.
 */
public final class Bench {
  private static final String FILE = "bench.jsonl";

  private Bench() {}

  /**
   * Measures, writes and prints.
   *
   * @throws UserError if there is no such device, or the file cannot be written
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    Setup setup = Setup.of(config);
    setup.useThreads();
    Measurement measurement = measurement(config, setup, out);
    run(config, setup, measurement, out);
  }

  static void run(JobConfig config, Setup setup, Measurement measurement, PrintStream out)
      throws IOException {
    List<ObjectNode> rows = new ArrayList<>();
    try (RowFile file = RowFile.create(config.out().isEmpty() ? FILE : config.out())) {
      measurement.run(
          row -> {
            rows.add(row);
            file.write(row);
          });
      Table.of(setup.bench().what()).print(rows, out);
      out.printf("%s; rows are in %s%n", Machine.describe(setup), file.path());
      out.printf("again: %s%n", command(config));
    }
  }

  private static Measurement measurement(JobConfig config, Setup setup, PrintStream out) {
    ChildProcess child = new ChildProcess(config, setup);
    return switch (setup.bench().what()) {
      case LAYER, STEP, SCORING -> new Comparisons(setup, child, out);
      case GROWTH -> new Growths(setup, child, out);
      case PRECISION -> new Precisions(setup, child, out);
      case SAMPLE -> new Samples(setup, out);
      case NLL -> NllJobs.onOwnSession(config, setup, out);
      case ROUND -> Rounds.onOwnSession(config, setup, out);
    };
  }

  private static String command(JobConfig config) {
    return ("bin/lmconv bench " + String.join(" ", config.words(KeySet.BENCH))).strip();
  }
}
