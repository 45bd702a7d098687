package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.SqlEngine;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.KeySet;
import org.lmconv.jobs.draw.DrawForTests;
import org.lmconv.jobs.report.NllForTests;
import org.lmconv.jobs.train.TrainForTests;

/** The report of a trained, scored and completed tiny model, against the rows of its tables. */
class ReportTest {
  @TempDir private static Path folder;
  private static WrittenReport report;

  @BeforeAll
  static void trainScoreAndDraw() throws IOException {
    String data = "data=" + TinyRuns.table(folder);
    TrainForTests.train(run(), data, "train.evaluate-every=2", "train.learning-rate=0.01");
    NllForTests.nll(run(), "region=bottom", "orders=[s_curve/0+bottom]");
    DrawForTests.complete(run(), "region=bottom", "draw.images=3", "draws=2");
    DrawForTests.complete(
        run(), "region=bottom", "draw.images=1", "draws=2", "seed=2", "draw.mixture-temperature=0");
    DrawForTests.sample(run(), "count=5");
    report = write("report.html", "run");
  }

  private static String run() {
    return "run=" + folder.resolve("run");
  }

  private static WrittenReport write(String file, String... runs) throws IOException {
    Path to = folder.resolve(file);
    List<String> paths = List.of(runs).stream().map(run -> folder.resolve(run).toString()).toList();
    Printed out = new Printed();
    Report.write(TestSpark.session(), paths, to.toString(), out);
    assertThat(out.text()).isEqualTo("report: " + to + "\n");
    return new WrittenReport(to);
  }

  private static Dataset<Row> table(String name) {
    return TestSpark.session().read().parquet(folder.resolve("run").resolve(name).toString());
  }

  private static List<Double> column(Dataset<Row> rows, String name) {
    return rows.select(name).collectAsList().stream().map(row -> row.getDouble(0)).toList();
  }

  @Test
  void theCurvesAreTheRoundsAndTheEvaluations() {
    Dataset<Row> rounds = table("rounds").orderBy("round");
    assertThat(report.y("training-rounds", 0)).isEqualTo(column(rounds, "train_nats"));
    assertThat(WrittenReport.doubles(series("training-rounds", 1).get("x")))
        .containsExactly(0., 2., 4.);
    List<Double> ensemble =
        column(
            table("nll_summary").where("`order` = 'ensemble' AND region = 'all'").orderBy("round"),
            "nats");
    assertThat(report.y("training-rounds", 1)).hasSize(3);
    for (int i = 0; i < 3; i++) {
      // Sums of doubles in another order.
      assertThat(report.y("training-rounds", 1).get(i)).isCloseTo(ensemble.get(i), within(1e-9));
    }
    assertThat(report.y("throughput", 0)).isEqualTo(column(rounds, "images_per_second"));
  }

  private static JsonNode series(String chart, int series) {
    return report.chart(chart).get("series").get(series);
  }

  @Test
  void timeIsThatOfThePhases() {
    List<Row> rounds = table("rounds").orderBy("round").collectAsList();
    double seconds = 0;
    for (int i = 0; i < rounds.size(); i++) {
      for (String phase : RoundCurves.PHASES) {
        seconds += rounds.get(i).<Double>getAs(phase + "_seconds");
      }
      assertThat(series("training-time", 0).get("x").get(i).asDouble())
          .isCloseTo(seconds / 60, within(1e-9)); // rounding
    }
    double charted = 0;
    for (int phase = 0; phase < RoundCurves.PHASES.size(); phase++) {
      charted += report.y("phases", phase).get(0);
    }
    assertThat(charted).isCloseTo(seconds, within(1e-9)); // rounding
    double compute = report.y("phases", RoundCurves.PHASES.indexOf("compute")).get(0);
    assertThat(report.text())
        .contains("%.0f %% of the time computing".formatted(100 * compute / seconds));
  }

  @Test
  void ordersHaveTheirMeansAndErrorsAndTheEnsembleComesLast() {
    List<Row> summary = table("nll_summary").where("round = 4 AND region = 'all'").collectAsList();
    assertThat(summary).hasSize(9);
    JsonNode categories = report.chart("orders-all").get("categories");
    assertThat(categories.get(8).asText()).isEqualTo("ensemble");
    assertThat(categories).hasSize(9);
    for (Row row : summary) {
      int place = placeOf(row.getAs("order"), categories);
      // Sums of doubles in another order.
      assertThat(report.y("orders-all", 0).get(place))
          .isCloseTo(row.<Double>getAs("nats"), within(1e-9));
      assertThat(series("orders-all", 0).get("error").get(place).asDouble())
          .isCloseTo(row.<Double>getAs("nats_se"), within(1e-9));
    }
    assertThat(report.chart("orders-1").get("title").asText())
        .isEqualTo("Nats of region bottom given the rest");
  }

  private static int placeOf(String order, JsonNode categories) {
    for (int place = 0; place < categories.size(); place++) {
      if (categories.get(place).asText().equals(order)) {
        return place;
      }
    }
    throw new AssertionError(order);
  }

  /** Nats of the test images under the ensemble, least first. */
  private static List<Row> images() {
    return table("nll")
        .where("round = 4 AND region = 'all' AND `order` = 'ensemble'")
        .collectAsList()
        .stream()
        .sorted(Comparator.comparing((Row row) -> row.<Double>getAs("nats")))
        .toList();
  }

  @Test
  void theHistogramHasEveryImageInItsBin() {
    List<Double> middles = WrittenReport.doubles(series("histogram", 0).get("x"));
    double half = (middles.get(1) - middles.get(0)) / 2;
    List<Double> counts = report.y("histogram", 0);
    assertThat(counts.stream().mapToDouble(Double::doubleValue).sum()).isEqualTo(7);
    for (int bin = 0; bin < counts.size(); bin++) {
      double middle = middles.get(bin);
      // An image on a border may be in either bin, but for the ends, by rounding.
      long inside =
          images().stream()
              .filter(row -> Math.abs(row.<Double>getAs("nats") - middle) < half * (1 - 1e-9))
              .count();
      assertThat(counts.get(bin)).isGreaterThanOrEqualTo(inside).isLessThanOrEqualTo(inside + 1);
    }
  }

  @Test
  void theBestAndTheWorstImagesAreShown() throws IOException {
    List<Row> images = images();
    String likeliest =
        report.text().replaceAll(".*The likeliest, with their nats|The least likely.*", "");
    assertThat(likeliest.strip().split(" ")[0])
        .isEqualTo("%.1f".formatted(images.get(0).<Double>getAs("nats")));
    String worst = images.get(6).getAs("image_id");
    BufferedImage shown = report.pictures(worst + ", class ").get(0);
    byte[] pixels =
        TestSpark.session()
            .read()
            .parquet(folder.resolve("tiny.parquet").toString())
            .where("image_id = '" + worst + "'")
            .first()
            .getAs("pixels");
    assertThat(shown.getWidth()).isEqualTo(TinyRuns.SIDE);
    for (int pixel = 0; pixel < pixels.length; pixel++) {
      int grey = shown.getRGB(pixel % TinyRuns.SIDE, pixel / TinyRuns.SIDE) & 0xFF;
      assertThat(grey).isEqualTo(pixels[pixel] & 0xFF);
    }
  }

  @Test
  void completionsAndSamplesAreThoseOfTheTable() throws IOException {
    assertThat(report.text())
        .containsPattern("Region bottom in the order [^ ]+, seed 1 ")
        .containsPattern("Region bottom in the order [^ ]+, temperatures 0.0 and 1.0, seed 2 ");
    assertThat(report.pictures("draw ")).hasSize(6 + 2);
    assertThat(report.pictures("sample under ")).hasSize(5);
    Row first =
        table("completions")
            .where("region = 'bottom' AND seed = 1")
            .orderBy("image_id", "draw")
            .first();
    BufferedImage drawn = report.pictures("draw 0 of " + first.<String>getAs("image_id")).get(0);
    byte[] pixels = first.getAs("pixels");
    for (int pixel = 0; pixel < pixels.length; pixel++) {
      int grey = drawn.getRGB(pixel % TinyRuns.SIDE, pixel / TinyRuns.SIDE) & 0xFF;
      assertThat(grey).isEqualTo(pixels[pixel] & 0xFF);
    }
    // What is given of an image is its own upper half, as the model sees it.
    String id = first.getAs("image_id");
    BufferedImage given = report.pictures(id + " with its hole").get(0);
    BufferedImage truth = report.pictures(id + " itself").get(0);
    for (int x = 0; x < TinyRuns.SIDE; x++) {
      assertThat(given.getRGB(x, 0)).isEqualTo(truth.getRGB(x, 0)).isEqualTo(drawn.getRGB(x, 0));
      assertThat(given.getRGB(x, 3) & 0xFF).isNotEqualTo(given.getRGB(x, 3) >> 16 & 0xFF); // blue
    }
  }

  /** Under each chart is a query for DuckDB. */
  @Test
  void theQueriesGiveTheNumbersOfTheCharts() throws SQLException {
    try (Connection connection = SqlEngine.duckDb()) {
      SqlEngine duckDb = SqlEngine.duckDb(connection);
      List<Double> training = new ArrayList<>(report.y("training-rounds", 0));
      training.addAll(report.y("training-rounds", 1));
      assertSame(column(duckDb, "training-rounds", "nats"), training);
      assertSame(duckDb, "training-time", "train_nats");
      assertSame(duckDb, "throughput", "images_per_second");
      assertSame(duckDb, "compute-share", "compute_share", 100); // percent
      assertSame(duckDb, "orders-all", "nats");
      assertSame(duckDb, "orders-1", "nats");
      assertThat(column(duckDb, "histogram", "nats")).hasSize(7);
      assertThat(query(duckDb, "memory")).hasSize(4);
      for (int phase = 0; phase < RoundCurves.PHASES.size(); phase++) {
        assertThat(column(duckDb, "phases", RoundCurves.PHASES.get(phase)).get(0))
            .isCloseTo(report.y("phases", phase).get(0), within(1e-9)); // another order of sums
      }
      assertThat(report.chartIds())
          .containsExactlyInAnyOrder(
              "training-rounds",
              "training-time",
              "orders-all",
              "orders-1",
              "histogram",
              "phases",
              "compute-share",
              "throughput",
              "memory");
    }
  }

  private static List<Map<String, Object>> query(SqlEngine duckDb, String chart)
      throws SQLException {
    return duckDb.run(report.chart(chart).get("sql").asText());
  }

  private static List<Double> column(SqlEngine duckDb, String chart, String column)
      throws SQLException {
    return query(duckDb, chart).stream().map(row -> (Double) row.get(column)).toList();
  }

  /** The query's numbers are those of the first series, whatever their sequence. */
  private static void assertSame(SqlEngine duckDb, String chart, String column)
      throws SQLException {
    assertSame(duckDb, chart, column, 1);
  }

  private static void assertSame(SqlEngine duckDb, String chart, String column, double times)
      throws SQLException {
    assertSame(
        column(duckDb, chart, column).stream().map(value -> times * value).toList(),
        report.y(chart, 0));
  }

  private static void assertSame(List<Double> found, List<Double> drawn) {
    assertThat(found).hasSameSizeAs(drawn);
    List<Double> expected = drawn.stream().sorted().toList();
    for (int i = 0; i < found.size(); i++) { // another order of sums
      assertThat(found.stream().sorted().toList().get(i)).isCloseTo(expected.get(i), within(1e-9));
    }
  }

  @Test
  void settingsThatDifferAreListed() {
    String settings = report.text().substring(report.text().indexOf("Settings key default"));
    assertThat(settings.substring(0, settings.indexOf("All settings")))
        .contains("model.filters 16 3")
        .contains("train.evaluate-every 0 2")
        .doesNotContain("model.kernel");
    assertThat(settings).contains("model.kernel 3 3");
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(report.html()).contains("default-src 'none'");
    assertThat(report.html().replaceAll("(?s)<(style|script).*?</\\1>", ""))
        .doesNotContainPattern("(?i)(src|href)=\"(?!data:image/png;base64,|#)");
  }

  @Test
  void runsAreComparedSideBySide() throws IOException {
    TrainForTests.train(
        "run=" + folder.resolve("other/run"),
        "data=" + folder.resolve("tiny.parquet"),
        "model.filters=4");
    WrittenReport both = write("both.html", "run", "other/run");
    // Two directories of one name go by their paths.
    assertThat(series(both, "orders-all", 0).get("name").asText())
        .isEqualTo(folder.resolve("run").toString());
    assertThat(both.y("orders-all", 0)).isEqualTo(report.y("orders-all", 0));
    assertThat(both.chart("phases").get("categories")).hasSize(2);
    assertThat(both.chart("training-rounds").get("series")).hasSize(4);
    assertThat(both.text())
        .contains("model.filters 16 3 4")
        .contains("Nothing has been completed. bin/lmconv complete run=" + folder + "/other/run");
  }

  private static JsonNode series(WrittenReport of, String chart, int series) {
    return of.chart(chart).get("series").get(series);
  }

  @Test
  void sectionsWithoutDataSaySo() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Files.copy(folder.resolve("run/config.conf"), empty.resolve("config.conf"));
    WrittenReport nothing = write("empty.html", "empty");
    assertThat(nothing.chartIds()).isEmpty();
    assertThat(nothing.text())
        .contains("There are no training rounds: this model was trained elsewhere, or not yet.")
        .contains("No images have been scored yet. bin/lmconv nll run=" + empty)
        .contains("Nothing has been completed.")
        .contains("Nothing has been sampled.")
        .contains("No drawing: without a checkpoint the size of the images is not known.");

    // As an imported checkpoint has it that was scored.
    copy("run/nll", "empty/nll");
    WrittenReport scored = write("scored.html", "empty");
    assertThat(scored.chartIds()).containsExactly("orders-all", "orders-1", "histogram");
    assertThat(scored.y("orders-all", 0)).isEqualTo(report.y("orders-all", 0));
    WrittenReport both = write("mixed.html", "empty", "run");
    assertThat(both.text()).contains("Without training rounds: empty.");
  }

  private static void copy(String from, String to) throws IOException {
    Files.createDirectories(folder.resolve(to));
    try (var files = Files.list(folder.resolve(from))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        Files.copy(file, folder.resolve(to).resolve(file.getFileName()));
      }
    }
  }

  @Test
  void imagesThatAreGoneAreNamed() throws IOException {
    Path moved = Files.createDirectories(folder.resolve("moved"));
    String config = Files.readString(folder.resolve("run/config.conf"));
    Files.writeString(
        moved.resolve("config.conf"), config.replace("tiny.parquet", "gone/tiny.parquet"));
    copy("run/nll", "moved/nll");
    copy("run/completions", "moved/completions");
    WrittenReport gone = write("gone.html", "moved");
    assertThat(gone.text())
        .contains("The images table of the run is not where it was, so that there are names only.")
        .contains(images().get(0).<String>getAs("image_id"));
    assertThat(gone.pictures("draw ")).hasSize(6 + 2);
    assertThat(gone.html()).doesNotContain("with its hole");
  }

  @Test
  void faultsAreToldInWords() throws IOException {
    assertRefused("run=/nowhere: there is no run; train one, or name another run=DIR", "/nowhere");
    Path cut = Files.createDirectories(folder.resolve("cut/rounds"));
    Files.copy(folder.resolve("run/config.conf"), cut.resolveSibling("config.conf"));
    Path file = cut.resolve("rounds-000001-000004.parquet");
    byte[] whole = Files.readAllBytes(onlyFile("run/rounds"));
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertRefused(file + " is not a whole Parquet file; delete it", cut.getParent().toString());
    Files.copy(
        onlyFile("run/nll_summary"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertRefused("cut/rounds has no column images_seen, train_nats", cut.getParent().toString());
  }

  private static Path onlyFile(String of) throws IOException {
    try (var files = Files.list(folder.resolve(of))) {
      return files.filter(each -> each.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private static void assertRefused(String message, String run) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () ->
                Report.write(
                    TestSpark.session(),
                    List.of(run),
                    folder.resolve("none.html").toString(),
                    new Printed()))
        .withMessageContaining(message);
    assertThat(folder.resolve("none.html")).doesNotExist();
  }

  @Test
  void wordsThatMakeNoSenseAreRefused() {
    assertWordsRefused("run=A,A must name different runs", "run=A,A");
    assertWordsRefused("run=, must name different runs", "run=,");
    assertWordsRefused("out is not given; say where the report of 2 runs goes", "run=A,B");
    assertWordsRefused("out=page.pdf: name a file that ends in .html", "run=A", "out=page.pdf");
  }

  private static void assertWordsRefused(String message, String... words) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () ->
                Report.run(
                    ConfigLoader.load(Optional.empty(), List.of(words), "report", KeySet.REPORT),
                    new Printed()))
        .withMessageContaining(message);
  }
}
