package org.lmconv.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;
import org.lmconv.jobs.session.SparkSessions;
import org.lmconv.jobs.train.RoundOverhead;
import org.lmconv.model.Seeds;
import org.lmconv.model.parameter.ParameterVector;

/** What rounds cost beside training: every number of workers with every size of the model. */
final class Rounds implements Question {
  /** A model so small that its rounds show what is paid whatever the size. */
  private static final int TINY = 10_000;

  private final SparkSession spark;
  private final JobConfig config;
  private final Setup setup;
  private final PrintStream out;
  private final List<RoundOverhead> opened = new ArrayList<>();
  private final List<Measured> measured = new ArrayList<>();

  Rounds(SparkSession spark, JobConfig config, Setup setup, PrintStream out) {
    this.spark = spark;
    this.config = config;
    this.setup = setup;
    this.out = out;
  }

  /**
   * What a row is about.
   *
   * @param what the key "what"
   * @param parameters elements of each vector
   * @param transport precision of what workers send
   * @param exchange direct or sliced
   * @param device of the workers: cpu or gpu
   */
  record RoundLabel(
      String name,
      String what,
      int workers,
      int parameters,
      String transport,
      String exchange,
      String device,
      int threads,
      String master) {}

  /**
   * Medians.
   *
   * @param broadcastMs handing the parameters to Spark
   * @param exchangeMs scheduling, and all transport
   * @param updateMs of the driver's step
   * @param bytesDown of arrays sent to all workers in a round
   * @param bytesUp of arrays that all workers sent in a round
   * @param driverBytes of arrays that the driver received in a round
   */
  record Parts(
      double broadcastMs,
      double exchangeMs,
      double updateMs,
      long bytesDown,
      long bytesUp,
      long driverBytes) {

    static Parts of(List<RoundReport> reports) {
      RoundReport any = reports.get(0); // bytes are the same in all
      return new Parts(
          medianMs(reports, PhaseSeconds::broadcastSeconds),
          medianMs(reports, PhaseSeconds::collectSeconds),
          medianMs(reports, PhaseSeconds::updateSeconds),
          any.bytesDown(),
          any.bytesUp(),
          any.driverBytes());
    }

    private static double medianMs(List<RoundReport> reports, ToDoubleFunction<PhaseSeconds> part) {
      return Times.of(
              reports.stream().map(each -> 1e3 * part.applyAsDouble(each.seconds())).toList())
          .medianMs();
    }
  }

  /** One number of workers and one size, and the reports of their rounds. */
  private record Measured(RoundOverhead rounds, ParameterVector size, List<RoundReport> reports) {
    Turn turn() {
      return new Turn(
          "%s, %,d parameters".formatted(workers(rounds.workers()), size.size()), this::round);
    }

    private void round() {
      try {
        reports.add(rounds.round(size));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String workers(int number) {
    return number == 1 ? "1 worker" : number + " workers";
  }

  @Override
  public String title() {
    return "round, transport " + transport();
  }

  private String transport() {
    return config.as(BenchKeys.class).train().transport().name().toLowerCase(Locale.ROOT);
  }

  /**
   * Calls the workers.
   *
   * @throws UserError if the cluster cannot run any of the numbers of workers
   */
  @Override
  public List<Turn> turns() {
    List<ParameterVector> sizes = sizes(setup.model().newNetwork().layout().size());
    UserError refused = null;
    for (int workers : setup.bench().workers().stream().sorted().distinct().toList()) {
      try {
        if (refused == null) {
          RoundOverhead rounds = called(workers);
          sizes.forEach(size -> measured.add(new Measured(rounds, size, new ArrayList<>())));
        }
      } catch (UserError e) {
        refused = e; // by more workers too
      }
      if (refused != null) {
        out.printf("%s are left out: %s%n", workers(workers), refused.getMessage());
      }
    }
    if (measured.isEmpty()) {
      throw refused;
    }
    out.printf("rounds on %s%n", where());
    return measured.stream().map(Measured::turn).toList();
  }

  private RoundOverhead called(int workers) {
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

  private String where() {
    String master = spark.sparkContext().master();
    return spark.sparkContext().isLocal()
        ? "%s: the workers are threads of one process on %d cores, without a network"
            .formatted(master, Runtime.getRuntime().availableProcessors())
        : master;
  }

  @Override
  public void close() {
    opened.forEach(RoundOverhead::close);
  }

  @Override
  public List<ObjectNode> rows(List<Times> times, Consumer<String> progress) {
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      List<RoundReport> all = measured.get(i).reports();
      List<RoundReport> counted = all.subList(all.size() - times.get(i).repetitions(), all.size());
      rows.add(Rows.row(label(measured.get(i)), times.get(i), Parts.of(counted)));
    }
    return rows;
  }

  private RoundLabel label(Measured of) {
    return new RoundLabel(
        "round",
        setup.what(),
        of.rounds().workers(),
        of.size().size(),
        transport(),
        of.rounds().exchange(),
        setup.device().getDeviceType(),
        setup.threads(),
        spark.sparkContext().master());
  }
}
