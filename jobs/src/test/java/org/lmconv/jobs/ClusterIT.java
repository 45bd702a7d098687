package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.jobs.Terminal.Result;

/**
 * The built jar on a cluster of real processes, undisturbed and disturbed. More trials: {@code mvn
 * verify -Dit.test=ClusterIT -Dlmconv.trials=12 -Dlmconv.seed=5}, with the skipping of other tests
 * that Maven offers.
 */
@TestMethodOrder(MethodOrderer.MethodName.class)
class ClusterIT {
  private static final int ROUNDS = 60;
  private static final String[] SETTINGS = {
    "model.filters=3",
    "model.dropout=0.2",
    "train.rounds=" + ROUNDS,
    "train.batch-size=2",
    "train.local-steps=3",
    "train.warmup-images=20",
    "train.checkpoint-every=7",
    "train.keep-checkpoints=3",
    "train.ema-decay=0.9",
    "train.report=false",
    "score.images=20",
    "orders=[s_curve/0, raster/3]"
  };

  /** What is combined how; each has another state that must survive. */
  private enum Mode {
    LOCAL("train.outer=nesterov", "train.inner-state=local"),
    AVERAGE("train.outer=nesterov", "train.inner-state=average"),
    RESET("train.outer=average", "train.inner-state=reset"),
    GRADIENTS("train.outer=average", "train.local-steps=1");

    private final List<String> words;

    Mode(String... words) {
      this.words = List.of(words);
    }
  }

  /** What is done to a run. */
  private enum Disturbance {
    EXECUTOR_KILLED,
    DRIVER_KILLED,
    CHECKPOINT_TORN
  }

  private record Undisturbed(String name, Result printed) {}

  @TempDir private static Path folder;
  private static RunsOnDisk runs;
  private static LoopbackCluster cluster;
  private static final Map<Mode, Undisturbed> UNDISTURBED = new EnumMap<>(Mode.class);

  @BeforeAll
  static void startCluster() throws Exception {
    runs = new RunsOnDisk(folder);
    cluster = new LoopbackCluster(folder.resolve("cluster"), "0 1");
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  private static String[] train(String run, Mode mode) {
    return Stream.of(Stream.of("train", "run=" + run), Stream.of(SETTINGS), mode.words.stream())
        .flatMap(words -> words)
        .toArray(String[]::new);
  }

  private static Undisturbed undisturbed(Mode mode) throws Exception {
    Undisturbed known = UNDISTURBED.get(mode);
    if (known == null) {
      String name = "undisturbed-" + mode;
      Process process = cluster.launcher(folder).start(train(name, mode));
      known = new Undisturbed(name, finished(process));
      UNDISTURBED.put(mode, known);
    }
    return known;
  }

  /** Until a run has begun to train: its folder is made after all workers have answered. */
  private static void await(Process process, String run) throws Exception {
    while (!Files.exists(folder.resolve(run).resolve("config.conf"))) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(20);
    }
  }

  private static Result finished(Process process) throws Exception {
    try {
      assertThat(process.waitFor(600, TimeUnit.SECONDS)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    Result result =
        new Result(
            process.exitValue(),
            Files.readString(folder.resolve("out.txt")),
            Files.readString(folder.resolve("err.txt")));
    assertThat(result.code()).as(result.err()).isZero();
    return result;
  }

  @Test
  void trainsScoresAndReports() throws Exception {
    Undisturbed run = undisturbed(Mode.LOCAL);
    assertThat(run.printed().err()).isEmpty();
    assertThat(run.printed().out())
        .contains("1 worker on executor 0 on 127.0.0.1: cpu\n")
        .contains("1 worker on executor 1 on 127.0.0.1: cpu\n")
        .containsPattern("round 60/60  train .* images/s  compute \\d+ %  0:00 left")
        .containsPattern("  ensemble +\\d+\\.\\d\\d ± ");
    Row last =
        TestSpark.session()
            .read()
            .parquet(folder.resolve(run.name()).resolve("rounds").toString())
            .where("round = " + ROUNDS)
            .first();
    assertThat(last.<String>getAs("participants"))
        .contains("executor 0 on 127.0.0.1: cpu")
        .contains("executor 1 on 127.0.0.1: cpu");
    assertThat(last.<Double>getAs("compute_share")).isBetween(0.0, 1.0);
    Result nll = cluster.launcher(folder).run("nll", "run=" + run.name(), "score.images=20");
    assertThat(nll.code()).isZero();
    assertThat(scores(nll)).isEqualTo(scores(run.printed())).hasSize(8);
  }

  private static List<String> scores(Result result) {
    return result
        .out()
        .lines()
        .filter(line -> line.contains("20 images of digits") || line.contains(" ± "))
        .toList();
  }

  static List<Long> seeds() {
    long first = Long.getLong("lmconv.seed");
    return IntStream.range(0, Integer.getInteger("lmconv.trials"))
        .mapToObj(trial -> first + trial)
        .toList();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverHappensItEndsAsIfNothingHad(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    // In turn, so that few trials already have each.
    Disturbance disturbance = Disturbance.values()[(int) (seed % Disturbance.values().length)];
    Mode mode = Mode.values()[(int) (seed / Disturbance.values().length % Mode.values().length)];
    Undisturbed undisturbed = undisturbed(mode);
    int round = random.nextInt(ROUNDS - 10);
    int delay = random.nextInt(400);
    String run = "seed-" + seed;

    Process process = cluster.launcher(folder).start(train(run, mode));
    await(process, run);
    while (runs.newestRound(run) < round && process.isAlive()) {
      Thread.sleep(10);
    }
    Thread.sleep(delay);
    boolean inTime = process.isAlive() && runs.newestRound(run) < ROUNDS;
    String how = disturb(disturbance, process, run, random);
    Result result = finished(process.isAlive() ? process : restarted(process, run, mode));
    System.out.printf(
        "seed %d, %s: %s %d ms after a checkpoint of round %d or later%s, %s%n",
        seed, mode, disturbance, delay, round, inTime ? "" : " (the last round was over)", how);

    assertThat(scores(result)).isEqualTo(scores(undisturbed.printed()));
    runs.assertSameEnd(run, undisturbed.name(), ROUNDS);
  }

  /** Returns what happened, for people. */
  private static String disturb(
      Disturbance disturbance, Process process, String run, SplittableRandom random)
      throws Exception {
    if (disturbance == Disturbance.EXECUTOR_KILLED) {
      List<ProcessHandle> executors = cluster.executors();
      if (!executors.isEmpty()) { // else the run has ended before it
        executors.get(random.nextInt(executors.size())).destroyForcibly();
      }
      return "after the checkpoint of round " + runs.newestRound(run);
    }
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    if (disturbance == Disturbance.CHECKPOINT_TORN && runs.newest(run).isPresent()) {
      tear(runs.newest(run).orElseThrow(), random);
    }
    return "went on after round " + runs.newestRound(run);
  }

  /** Leaves what is there of a checkpoint when its writer dies: a part cut off, no manifest. */
  private static void tear(Path checkpoint, SplittableRandom random) throws IOException {
    Files.delete(checkpoint.resolve("manifest.json"));
    List<Path> parts;
    try (Stream<Path> files = Files.list(checkpoint)) {
      parts = files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
    Path part = parts.get(random.nextInt(parts.size()));
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.truncate((long) (random.nextDouble() * Files.size(part)));
    }
  }

  private static Process restarted(Process dead, String run, Mode mode) throws Exception {
    if (dead.exitValue() == 0) {
      return dead;
    }
    int committed = runs.newestRound(run);
    Process again = cluster.launcher(folder).start(train(run, mode));
    Result result = finished(again);
    if (committed > 0) {
      assertThat(result.out()).contains("/" + run + " after round " + committed + "\n");
    }
    return again;
  }

  @Test
  void scoresAreTheSameWhenAnExecutorDies() throws Exception {
    String run = undisturbed(Mode.LOCAL).name();
    assertThat(finished(scoring(run, "calm")).out()).contains("2000 images of digits");
    Process process = scoring(run, "stormy");
    // Rows are written aside while images are scored.
    while (folder.resolve("stormy").toFile().list() == null && process.isAlive()) {
      Thread.sleep(10);
    }
    Thread.sleep(500);
    assertThat(process.isAlive()).as("is hit while it scores").isTrue();
    cluster.executors().get(0).destroyForcibly();
    finished(process);
    Dataset<Row> calm = scores("calm");
    assertThat(calm.count())
        .as("two orders and the ensemble, twice: a moving average")
        .isEqualTo(12000);
    assertThat(scores("stormy").exceptAll(calm).count()).isZero();
    assertThat(calm.exceptAll(scores("stormy")).count()).isZero();
  }

  @Test
  void aRunOfTheClusterHasAReport() throws Exception {
    String run = undisturbed(Mode.LOCAL).name();
    assertThat(folder.resolve(run).resolve("report.html")).as("train.report=false").doesNotExist();
    Result result = finished(cluster.launcher(folder).start("report", "run=" + run));
    assertThat(result.out()).endsWith("/" + run + "/report.html\n");
    assertThat(Files.readString(folder.resolve(run).resolve("report.html")))
        .contains("Nats over rounds", "Nats per order", "Where the time of the rounds went")
        .contains("%d rounds".formatted(ROUNDS));
  }

  private static Process scoring(String run, String out) throws Exception {
    return cluster.launcher(folder).start("nll", "run=" + run, "out=" + out);
  }

  private static Dataset<Row> scores(String directory) {
    return TestSpark.session().read().parquet(folder.resolve(directory).toString());
  }
}
