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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.jobs.Terminal.Result;

/**
 * The built jar on a cluster of real processes, undisturbed and disturbed. More trials, in which
 * all modes come: {@code mvn verify -Dit.test=ClusterIT -Dlmconv.trials=12 -Dlmconv.seed=5}, with
 * the skipping of other tests that Maven offers.
 */
class ClusterIT {
  private static final int ROUNDS = 15;

  /** The latest round after whose checkpoint a run is disturbed: far from the last one. */
  private static final int LATEST = 6;

  private static final String[] SETTINGS = {
    "model.filters=3",
    "model.dropout=0.2",
    "train.rounds=" + ROUNDS,
    "train.batch-size=2",
    "train.local-steps=3",
    "train.warmup-images=20",
    "train.checkpoint-every=3",
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

  @TempDir private static Path folder;
  private static RunsOnDisk runs;
  private static LoopbackCluster cluster;

  /** What undisturbed runs printed. */
  private static final Map<Mode, String> UNDISTURBED = new EnumMap<>(Mode.class);

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

  private static String undisturbed(Mode mode) throws Exception {
    if (!UNDISTURBED.containsKey(mode)) {
      UNDISTURBED.put(mode, cluster.driver(folder).succeeds(train(nameOf(mode), mode)));
    }
    return UNDISTURBED.get(mode);
  }

  private static String nameOf(Mode mode) {
    return "undisturbed-" + mode;
  }

  private static Row lastRound(String run) {
    return rows(run + "/rounds").where("round = " + ROUNDS).first();
  }

  private static Dataset<Row> rows(String directory) {
    return TestSpark.session().read().parquet(folder.resolve(directory).toString());
  }

  @Test
  void trainsAndReports() throws Exception {
    assertThat(undisturbed(Mode.LOCAL))
        .contains("1 worker on executor 0 on 127.0.0.1: cpu\n")
        .contains("1 worker on executor 1 on 127.0.0.1: cpu\n")
        .containsPattern("round 15/15  train .* images/s  compute \\d+ %  0:00 left")
        .containsPattern("  ensemble +\\d+\\.\\d\\d ± ");
    String run = nameOf(Mode.LOCAL);
    assertThat(lastRound(run).<String>getAs("participants"))
        .contains("executor 0 on 127.0.0.1: cpu")
        .contains("executor 1 on 127.0.0.1: cpu");
    assertThat(lastRound(run).<Double>getAs("compute_share")).isBetween(0.0, 1.0);
    assertThat(folder.resolve(run).resolve("report.html")).as("train.report=false").doesNotExist();
    new InProcess(folder).succeeds("report", "run=" + run);
    assertThat(Files.readString(folder.resolve(run).resolve("report.html")))
        .contains("Nats over rounds", "Nats per order", "Where the time of the rounds went")
        .contains("%d rounds".formatted(ROUNDS));
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
    String calm = undisturbed(mode);
    int round = random.nextInt(LATEST + 1);
    int delay = random.nextInt(200);
    String run = "seed-" + seed;

    Process process = cluster.launcher(folder).start(train(run, mode));
    // Its folder is made after all workers have answered.
    await(process::isAlive, () -> Files.exists(folder.resolve(run).resolve("config.conf")));
    await(process::isAlive, () -> runs.newestRound(run) >= round);
    Thread.sleep(delay);
    disturb(disturbance, process, run, random);
    int reached = runs.newestRound(run);
    System.out.printf(
        "seed %d, %s: %s %d ms after a checkpoint of round %d or later, newest %d%n",
        seed, mode, disturbance, delay, round, reached);
    assertThat(reached).as("is disturbed while it trains").isLessThan(ROUNDS);
    String printed =
        disturbance == Disturbance.EXECUTOR_KILLED
            ? finished(process)
            : cluster.driver(folder).succeeds(train(run, mode));

    if (disturbance == Disturbance.EXECUTOR_KILLED) {
      assertThat(lastRound(run).<String>getAs("participants"))
          .as("another executor came")
          .containsPattern("executor [2-9] on 127.0.0.1: cpu");
    } else if (reached > 0) {
      assertThat(printed).contains("/" + run + " after round " + reached + "\n");
    }
    assertThat(CommandLineIT.scores(printed)).isEqualTo(CommandLineIT.scores(calm)).hasSize(8);
    runs.assertSameEnd(run, nameOf(mode), ROUNDS);
  }

  private static void await(BooleanSupplier alive, BooleanSupplier reached)
      throws InterruptedException {
    while (!reached.getAsBoolean()) {
      assertThat(alive.getAsBoolean()).as("has not ended").isTrue();
      Thread.sleep(10);
    }
  }

  private static void disturb(
      Disturbance disturbance, Process process, String run, SplittableRandom random)
      throws Exception {
    assertThat(process.isAlive()).isTrue();
    if (disturbance == Disturbance.EXECUTOR_KILLED) {
      List<ProcessHandle> executors = cluster.executors();
      executors.get(random.nextInt(executors.size())).destroyForcibly();
      return;
    }
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    if (disturbance == Disturbance.CHECKPOINT_TORN && runs.newest(run).isPresent()) {
      tear(runs.newest(run).orElseThrow(), random);
    }
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

  private static String finished(Process process) throws Exception {
    try {
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("err.txt"))).isZero();
    return Files.readString(folder.resolve("out.txt"));
  }

  @Test
  void scoresAreTheSameWhenAnExecutorDies() throws Exception {
    undisturbed(Mode.LOCAL);
    String[] nll = {"nll", "run=" + nameOf(Mode.LOCAL), "score.images=200"};
    cluster.driver(folder).succeeds(words(nll, "out=calm"));
    CompletableFuture<Result> stormy =
        CompletableFuture.supplyAsync(() -> run(words(nll, "out=stormy")));
    // Rows are written aside while images are scored.
    await(() -> !stormy.isDone(), () -> folder.resolve("stormy").toFile().list() != null);
    cluster.executors().get(0).destroyForcibly();
    assertThat(folder.resolve("stormy_summary")).as("is hit while it scores").doesNotExist();
    assertThat(stormy.get(300, TimeUnit.SECONDS).code()).isZero();
    assertThat(rows("calm").count())
        .as("two orders and the ensemble, twice: a moving average")
        .isEqualTo(200 * 3 * 2);
    assertThat(rows("stormy").exceptAll(rows("calm")).count()).isZero();
    assertThat(rows("calm").exceptAll(rows("stormy")).count()).isZero();
  }

  private static String[] words(String[] some, String more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  private static Result run(String... words) {
    try {
      return cluster.driver(folder).run(words);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void moreWorkersThanTheClusterRunsAreRefused() throws Exception {
    cluster
        .driver(folder)
        .with("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "3")
        .with("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .refusesAfterStart(
            "train.workers=3, but the cluster does not run so many tasks at once",
            "train",
            "run=refused",
            "train.workers=3");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  /** Each Spark worker has a GPU, but both scripts name the same one. */
  @Test
  @Tag("thorough") // another cluster, for what RollCallTest knows without one
  void twoWorkersOnOneGpuAreRefused() throws Exception {
    try (LoopbackCluster confused = new LoopbackCluster(folder.resolve("confused"), "3 3")) {
      confused
          .driver(folder)
          .refusesAfterStart(
              "workers 0 and 1 were both given GPU 3 of 127.0.0.1; let the discovery script ",
              "train",
              "run=refused");
    }
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
