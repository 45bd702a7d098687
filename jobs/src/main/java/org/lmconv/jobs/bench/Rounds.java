package org.lmconv.jobs.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.train.RoundOverhead;
import org.lmconv.jobs.train.RoundOverhead.Cost;
import org.lmconv.model.Seeds;
import org.lmconv.model.parameter.ParameterVector;

/**
 * What rounds cost beside training: every number of workers with every size of the model. All take
 * turns, one round each and again from the first, so that what else the machine does hits all.
 */
final class Rounds implements Measurement {
  /** A model so small that its rounds show what is paid whatever the size. */
  private static final int TINY = 10_000;

  /** Below it a median says nothing, however long a round takes. */
  private static final int LEAST = 3;

  private final SparkSession spark;
  private final JobConfig config;
  private final Setup setup;
  private final PrintStream out;

  Rounds(SparkSession spark, JobConfig config, Setup setup, PrintStream out) {
    this.spark = spark;
    this.config = config;
    this.setup = setup;
    this.out = out;
  }

  /** Those on the cluster that spark-submit names, or in this JVM. */
  static Measurement onOwnSession(JobConfig config, Setup setup, PrintStream out) {
    return rows -> {
      try (SparkSession spark =
          SparkSessions.forRounds("lmconv bench", setup.bench().mostWorkers())) {
        new Rounds(spark, config, setup, out).run(rows);
      }
    };
  }

  @Override
  public void run(Rows rows) throws IOException {
    for (RoundRow row : measure()) {
      rows.add(row.json());
    }
  }

  /**
   * Measures.
   *
   * @throws UserError if the cluster cannot run any of the numbers of workers
   */
  List<RoundRow> measure() throws IOException {
    List<Runner> runners = new ArrayList<>();
    List<RoundOverhead> opened = new ArrayList<>();
    try {
      open(opened, runners);
      out.printf("rounds on %s%n", where());
      repeat(runners, "warm-up", setup.bench().warmup(), 1);
      runners.forEach(runner -> runner.costs.clear());
      repeat(runners, "round", setup.bench().rounds(), LEAST);
      return runners.stream().map(runner -> RoundRow.of(runner.label, runner.costs)).toList();
    } finally {
      opened.forEach(RoundOverhead::close);
    }
  }

  private void open(List<RoundOverhead> opened, List<Runner> runners) {
    List<ParameterVector> sizes = sizes(setup.model().newNetwork().layout().size());
    UserError refused = null;
    for (int workers : setup.bench().workers().stream().sorted().distinct().toList()) {
      if (refused == null) {
        try {
          RoundOverhead rounds = called(opened, workers);
          sizes.forEach(size -> runners.add(new Runner(label(workers, size), rounds, size)));
        } catch (UserError e) {
          refused = e; // by more workers too
        }
      }
      if (refused != null) {
        out.printf("%s are left out: %s%n", Words.count(workers, "worker"), refused.getMessage());
      }
    }
    if (runners.isEmpty()) {
      throw refused;
    }
  }

  private RoundOverhead called(List<RoundOverhead> opened, int workers) {
    if (!SparkSessions.mayRun(spark.sparkContext().getConf(), workers)) {
      throw new UserError(
          "bench.workers=%d, but spark.master=%s runs fewer at once; use --master local[%d]"
              .formatted(workers, spark.sparkContext().master(), workers));
    }
    RoundOverhead rounds = new RoundOverhead(spark, config, setup.model(), workers);
    opened.add(rounds);
    rounds.callRoll();
    return rounds;
  }

  /** The size of the network, a quarter of it, and a tiny one. */
  private static List<ParameterVector> sizes(int parameters) {
    float[] noise = new float[parameters]; // which no compression of Spark's makes smaller
    for (int i = 0; i < parameters; i++) {
      noise[i] = (Seeds.uniform(Setup.SEED, i) - 0.5f) / 10;
    }
    int tiny = parameters > TINY ? TINY : (parameters + 9) / 10;
    return Stream.of(tiny, (parameters + 3) / 4, parameters)
        .sorted()
        .distinct()
        .map(size -> new ParameterVector(Arrays.copyOf(noise, size)))
        .toList();
  }

  private RoundRow.Label label(int workers, ParameterVector size) {
    return new RoundRow.Label(
        "round",
        "round",
        workers,
        size.size(),
        config.train().exchange().transport().name().toLowerCase(Locale.ROOT),
        RoundOverhead.exchange(workers),
        setup.device().getDeviceType(),
        setup.threads(),
        spark.sparkContext().master());
  }

  /** Whether the workers are in the driver's process, so that no network takes part. */
  boolean inOneProcess() {
    return spark.sparkContext().isLocal();
  }

  /** Where Spark is, in words. */
  String where() {
    String master = spark.sparkContext().master();
    return inOneProcess()
        ? "%s: the workers are threads of one process on %d cores, without a network"
            .formatted(master, Runtime.getRuntime().availableProcessors())
        : master;
  }

  private void repeat(List<Runner> runners, String what, int times, int least) throws IOException {
    BenchProgress progress = new BenchProgress(out, times);
    for (int i = 0; i < times; i++) {
      for (Runner runner : runners) {
        if (i < least || runner.seconds() < setup.bench().seconds()) {
          progress.tell(i, what, runner.title());
          runner.run();
        }
      }
    }
  }

  /** One number of workers and one size, and what their rounds cost. */
  private static final class Runner {
    private final RoundRow.Label label;
    private final RoundOverhead rounds;
    private final ParameterVector size;
    private final List<Cost> costs = new ArrayList<>();

    Runner(RoundRow.Label label, RoundOverhead rounds, ParameterVector size) {
      this.label = label;
      this.rounds = rounds;
      this.size = size;
    }

    String title() {
      return "%s, %,d parameters".formatted(Words.count(label.workers(), "worker"), size.size());
    }

    void run() throws IOException {
      costs.add(rounds.round(size));
    }

    double seconds() {
      return costs.stream().mapToDouble(Cost::seconds).sum();
    }
  }
}
