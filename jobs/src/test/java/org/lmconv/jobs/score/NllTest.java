package org.lmconv.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.data.TableFiles;
import org.lmconv.jobs.train.TrainForTests;
import org.lmconv.model.ImageShape;
import org.lmconv.model.likelihood.OrderEnsemble;

/** Scores of a trained tiny model. */
class NllTest {
  @TempDir private static Path folder;
  private static String data;
  private static String trained;

  @BeforeAll
  static void trainModel() throws IOException {
    data = TinyRuns.table(folder);
    trained = TrainForTests.train("run=" + folder.resolve("run"), "data=" + data);
  }

  /** The rows of the scoring with all orders of the run. */
  private static List<Row> rows() {
    return TestSpark.session()
        .read()
        .parquet(folder.resolve("run/nll").toString())
        .where("orders like 's_curve/0,%' and split = 'test'")
        .orderBy("image_id", "order")
        .collectAsList();
  }

  @Test
  void scoringTheCheckpointAgainGivesTheSameNumbersAndReplacesTheRows() throws IOException {
    List<Row> before = rows();
    // The same batch size, because batches of another size round in another way.
    String printed = NllForTests.nll("run=" + folder.resolve("run"), "score.batch-size=3");
    assertThat(rows()).isEqualTo(before);
    String table = printed.substring(printed.indexOf("7 images"), printed.indexOf("rows are in"));
    assertThat(trained).contains(table);
    assertThat(table).contains("s_curve/0").contains("s_curve/7").contains("ensemble");
  }

  @Test
  void everyImageHasARowPerOrderAndTheEnsembleOfThem() {
    Map<String, List<Row>> byImage =
        rows().stream().collect(Collectors.groupingBy(row -> row.getAs("image_id")));
    assertThat(byImage).hasSize(7); // the last batch of 3 has one image only
    byImage.forEach(
        (image, rows) -> {
          assertThat(rows).hasSize(9);
          double[] orders =
              rows.stream()
                  .filter(row -> !row.getAs("order").equals("ensemble"))
                  .mapToDouble(row -> row.getAs("nats"))
                  .toArray();
          Row ensemble =
              rows.stream()
                  .filter(row -> row.getAs("order").equals("ensemble"))
                  .findFirst()
                  .orElseThrow();
          // Doubles of order 10.
          assertThat(ensemble.<Double>getAs("nats"))
              .isCloseTo(OrderEnsemble.nats(orders), within(1e-9));
          assertThat(ensemble.<Double>getAs("bits_per_dim"))
              .isCloseTo(ensemble.<Double>getAs("nats") / (16 * Math.log(2)), within(1e-9));
        });
  }

  @Test
  void thePrintedMeansAndErrorsAreThoseOfTheRows() {
    double[] nats =
        rows().stream()
            .filter(row -> row.getAs("order").equals("ensemble"))
            .mapToDouble(row -> row.getAs("nats"))
            .toArray();
    double mean = Arrays.stream(nats).average().orElseThrow();
    double squares = 0;
    for (double each : nats) {
      squares += (each - mean) * (each - mean);
    }
    double error = Math.sqrt(squares / (nats.length - 1) / nats.length);
    assertThat(trained).contains("%.2f ± %.2f".formatted(mean, error));
  }

  private static Path copyOfTheCheckpoint(String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(folder.resolve("run/checkpoints/round=000004"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  @Test
  void aCheckpointAndATableAreEnough() throws IOException {
    Path alone = copyOfTheCheckpoint("elsewhere/saved");
    String printed =
        NllForTests.nll(
            "checkpoint=" + alone,
            "data=" + data,
            "out=" + folder.resolve("scores"),
            "split=train");
    assertThat(printed).contains("12 images of tiny, split train, after round 4");
    assertThat(folder.resolve("scores")).isDirectoryContaining("glob:**/nll-000004-tiny-train-*");
  }

  @Test
  void twoRunsMayWriteToOneDirectory() throws IOException {
    TrainForTests.train("run=" + folder.resolve("second"), "data=" + data);
    String shared = "out=" + folder.resolve("shared");
    NllForTests.nll("run=" + folder.resolve("run"), shared, "orders=raster/0");
    NllForTests.nll("run=" + folder.resolve("second"), shared, "orders=raster/0");
    assertThat(
            TestSpark.session()
                .read()
                .parquet(folder.resolve("shared").toString())
                .groupBy("run_id", "order")
                .count()
                .collectAsList())
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.getLong(2)).isEqualTo(7));
  }

  @Test
  void someImagesAndOtherOrdersCanBeScored() throws IOException {
    String printed =
        NllForTests.nll(
            "run=" + folder.resolve("run"), "score.images=4", "orders=[raster/0, hilbert/1]");
    assertThat(printed)
        .contains("4 images of tiny")
        .contains("raster/0")
        .contains("hilbert/1")
        .doesNotContain("s_curve");
  }

  @Test
  void anOrderCanComeFromAFile() throws IOException {
    Path file = folder.resolve("columns.csv");
    StringBuilder lines = new StringBuilder();
    for (int pixel = 0; pixel < 16; pixel++) {
      lines.append(pixel % 4).append(',').append(pixel / 4).append('\n');
    }
    Files.writeString(file, lines);
    String printed =
        NllForTests.nll("run=" + folder.resolve("run"), "orders=[" + file + ", raster/4]");
    String[] table = printed.lines().filter(line -> line.contains("±")).toArray(String[]::new);
    // The file is the transposed raster order under another name.
    assertThat(table[0]).startsWith("  columns.csv");
    assertThat(table[0].substring(15)).isEqualTo(table[1].substring(15));
  }

  @Test
  void faultsAreToldInWords() throws IOException {
    assertRefused("run=/nowhere has no checkpoint; train it first", "run=/nowhere");
    assertRefused("has no manifest.json, so it is no checkpoint", "checkpoint=" + folder);
    String run = "run=" + folder.resolve("run");
    Path alone = copyOfTheCheckpoint("alone");
    assertRefused("is not in a run; say where its rows go with out=DIR", "checkpoint=" + alone);
    Path colour = TableFiles.write(folder.resolve("colour"), 1, new ImageShape(3, 4, 4));
    assertRefused("images of colour have 3 channels, but the model of", run, "data=" + colour);
    assertRefused("there is no readable file none.csv", run, "orders=none.csv");
  }

  private void assertRefused(String message, String... words) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> NllForTests.nll(words))
        .withMessageContaining(message);
  }
}
