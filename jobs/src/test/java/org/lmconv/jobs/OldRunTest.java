package org.lmconv.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run directory of an earlier version: {@code old-runs/README.md} says how it was made. */
class OldRunTest {
  static final Path OLD = Path.of("src/test/resources/old-runs/0.1.0-5ace0dd");

  /** Sums of 784 float32 numbers, rounded otherwise by processors with other vectors. */
  private static final double SCORE = 1e-5;

  /** The same after three steps of Adam, which divides by what may be small. */
  private static final double STEPS = 1e-4;

  @TempDir private static Path folder;
  private static Terminal terminal;

  @BeforeAll
  static void copyRun() throws IOException {
    terminal = new InProcess(folder);
    copy("run");
    copy("resumed");
  }

  private static void copy(String name) throws IOException {
    try (var files = Files.walk(OLD)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, folder.resolve(name).resolve(OLD.relativize(file)));
      }
    }
  }

  @Test
  void scoresToTheSameNumbers() throws Exception {
    terminal.succeeds("nll", "run=run", "out=again", "score.images=2");
    terminal.succeeds(
        "nll",
        "run=run",
        "out=again",
        "score.images=2",
        "region=bottom",
        "orders=[s_curve/0+bottom, raster/3+bottom]");
    Map<String, Double> old = scores("run/nll");
    assertThat(old).hasSize(2 * 2 * 3 * 2); // images, regions, orders and ensemble, weights
    assertClose(scores("again"), old, SCORE);
  }

  /** By image, order and weights, of the last round. */
  private static Map<String, Double> scores(String directory) {
    return table(directory).where("round = 4").collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.getAs("image_id") + " " + row.getAs("order") + " " + weights(row),
                OldRunTest::nats));
  }

  private static String weights(Row row) {
    return row.getAs("weights") + " " + row.getAs("region");
  }

  private static double nats(Row row) {
    return row.<Double>getAs("nats");
  }

  private static void assertClose(
      Map<String, Double> numbers, Map<String, Double> old, double relative) {
    assertThat(numbers).containsOnlyKeys(old.keySet());
    old.forEach(
        (name, number) ->
            assertThat(numbers.get(name)).as(name).isCloseTo(number, within(relative * number)));
  }

  @Test
  void trainsOnAndReports() throws Exception {
    List<Row> before = rounds();
    String printed =
        terminal.succeeds(
            "train", "run=resumed", "train.rounds=5", "score.images=2", "train.report=true");
    assertThat(printed).contains("/resumed after round 4\n").contains("round 5/5 ");
    List<Row> after = rounds();
    assertThat(after.subList(0, 4)).isEqualTo(before);
    // What the earlier version itself went on to.
    assertThat(after.get(4).<Double>getAs("train_nats"))
        .isCloseTo(374.90447489420575, within(STEPS * 375));
    assertClose(
        table("resumed/nll_summary")
            .where("round = 5 and order = 'ensemble'")
            .collectAsList()
            .stream()
            .collect(Collectors.toMap(OldRunTest::weights, OldRunTest::nats)),
        Map.of("parameters all", 394.9090392108087, "ema all", 395.4497171841534),
        STEPS);
    assertThat(Files.readString(folder.resolve("resumed/report.html"))).contains("5 rounds");
  }

  private static List<Row> rounds() {
    return table("resumed/rounds").orderBy("round").collectAsList();
  }

  private static Dataset<Row> table(String directory) {
    return TestSpark.session().read().parquet(folder.resolve(directory).toString());
  }

  @Test
  void isReportedExportedAndAveraged() throws Exception {
    terminal.succeeds("report", "run=run", "out=report.html");
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("4 rounds", "Nats of region bottom given the rest", "<img ");
    assertThat(terminal.succeeds("export", "run=run", "to=run.safetensors")).contains(" tensors ");
    terminal.succeeds("average", "run=run", "last=2", "to=mean");
    assertThat(terminal.succeeds("nll", "run=mean", "score.images=2")).contains("ensemble ");
  }
}
