package org.lmconv.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.jobs.score.ScoredRun.isEnsemble;
import static org.lmconv.jobs.score.ScoredRun.nats;
import static org.lmconv.jobs.score.ScoredRun.rows;
import static org.lmconv.jobs.score.ScoredRun.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.TableFiles;
import org.lmconv.model.ImageShape;
import org.lmconv.model.likelihood.OrderEnsemble;

/** Scores of a trained tiny model, also under orders that it was not trained with. */
class NllTest {
  @TempDir private static Path folder;
  private static final ScoredRun RUN = ScoredRun.TINY;
  private static final String OF_RUN = "run=" + RUN.folder();

  /** The rows of the scoring with all orders of the run. */
  private static List<Row> rowsOfTheRun() {
    return table(RUN.folder().resolve("nll"))
        .where("orders like 's_curve/0,%' and split = 'test'")
        .orderBy("image_id", "order")
        .collectAsList();
  }

  @Test
  void scoringTheCheckpointAgainGivesTheSameNumbersAndReplacesTheRows() throws IOException {
    List<Row> before = rowsOfTheRun();
    // The same batch size, because batches of another size round in another way.
    String printed = NllForTests.nll(OF_RUN, "score.batch-size=3");
    assertThat(rowsOfTheRun()).isEqualTo(before);
    String table = printed.substring(printed.indexOf("7 images"), printed.indexOf("rows are in"));
    assertThat(RUN.trained()).contains(table);
    assertThat(table).contains("s_curve/0").contains("s_curve/7").contains("ensemble");
  }

  @Test
  void everyImageHasARowPerOrderAndTheEnsembleOfThem() {
    Map<String, List<Row>> byImage =
        rowsOfTheRun().stream().collect(Collectors.groupingBy(row -> row.getAs("image_id")));
    assertThat(byImage).hasSize(7); // the last batch of 3 has one image only
    byImage.forEach(
        (image, rows) -> {
          assertThat(rows).hasSize(9);
          double[] orders =
              rows.stream().filter(row -> !isEnsemble(row)).mapToDouble(ScoredRun::nats).toArray();
          Row ensemble = rows.stream().filter(ScoredRun::isEnsemble).findFirst().orElseThrow();
          // Doubles of order 10.
          assertThat(nats(ensemble)).isCloseTo(OrderEnsemble.nats(orders), within(1e-9));
          assertThat(ensemble.<Double>getAs("bits_per_dim"))
              .isCloseTo(nats(ensemble) / (16 * Math.log(2)), within(1e-9));
        });
  }

  private static Path copyOfTheCheckpoint(String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(RUN.folder().resolve("checkpoints/round=000004"))) {
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
            "data=" + ScoredRun.data(),
            "out=" + folder.resolve("scores"),
            "split=train");
    assertThat(printed).contains("12 images of tiny, split train, after round 4");
    assertThat(folder.resolve("scores")).isDirectoryContaining("glob:**/nll-000004-tiny-train-*");
  }

  @Test
  void twoRunsMayWriteToOneDirectory() throws IOException {
    Path second = copyOfTheCheckpoint("second");
    Path manifest = second.resolve("manifest.json");
    Files.delete(second.resolve(".manifest.json.crc"));
    Files.writeString(
        manifest, Files.readString(manifest).replaceFirst("\"run_id\" : \"", "$0other-"));
    String shared = "out=" + folder.resolve("shared");
    NllForTests.nll(OF_RUN, shared, "orders=raster/0");
    NllForTests.nll("checkpoint=" + second, shared, "orders=raster/0");
    assertThat(table(folder.resolve("shared")).groupBy("run_id", "order").count().collectAsList())
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.getLong(2)).isEqualTo(7));
  }

  @Test
  void noOtherScoringReplacesTheRows() throws IOException {
    Path out = folder.resolve("apart");
    RUN.nll(out, "orders=raster/0");
    RUN.nll(out, "orders=raster/0", "score.images=2");
    RUN.nll(out, "orders=raster/0", "precision=bfloat16");
    Files.createDirectory(folder.resolve("other"));
    RUN.nll(out, "orders=raster/0", "data=" + TinyRuns.table(folder.resolve("other")));
    Files.createDirectory(folder.resolve("mine"));
    for (String folderOfOrder : List.of("", "mine/")) { // two files of one name
      Path file = folder.resolve(folderOfOrder + "columns.csv");
      String first = folderOfOrder.isEmpty() ? "0,0\n" : "0,1\n";
      String second = folderOfOrder.isEmpty() ? "0,1\n" : "0,0\n";
      Files.writeString(file, first + second + columnsButTwo());
      RUN.nll(out, "orders=" + file);
    }
    assertThat(table(out).where("`order` != 'ensemble'").groupBy("scoring").count().collectAsList())
        .extracting(row -> row.getLong(1))
        .containsExactlyInAnyOrder(7L, 2L, 7L, 7L, 7L, 7L);
  }

  private static String columnsButTwo() {
    return IntStream.range(2, 16)
        .mapToObj(pixel -> pixel / 4 + "," + pixel % 4)
        .collect(Collectors.joining("\n"));
  }

  @Test
  void faultsAreToldInWords() throws IOException {
    assertRefused("run=/nowhere has no checkpoint; train it first", "run=/nowhere");
    assertRefused("has no manifest.json, so it is no checkpoint", "checkpoint=" + folder);
    Path alone = copyOfTheCheckpoint("alone");
    assertRefused("is not in a run; say where its rows go with out=DIR", "checkpoint=" + alone);
    Path colour = TableFiles.write(folder.resolve("colour"), 1, new ImageShape(3, 4, 4));
    assertRefused("images of colour have 3 channels, but the model of", OF_RUN, "data=" + colour);
    assertRefused("there is no readable file none.csv", OF_RUN, "orders=none.csv");
  }

  private void assertRefused(String message, String... words) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> NllForTests.nll(words))
        .withMessageContaining(message);
  }

  private static Path columns() throws IOException {
    String lines =
        IntStream.range(0, 16)
            .mapToObj(step -> step % 4 + "," + step / 4)
            .collect(Collectors.joining("\n"));
    return Files.writeString(folder.resolve("columns.csv"), lines);
  }

  @Test
  void ordersThatWereHeldOutAndOrdersOfOnesOwnAreScored() throws IOException {
    Path out = folder.resolve("held-out");
    RUN.nll(out, "orders=[raster/3, raster/4, " + columns() + "]", "score.batch-size=3");
    Map<String, List<Row>> byOrder =
        rows(out).stream().collect(Collectors.groupingBy(row -> row.getAs("order")));
    assertThat(byOrder).containsOnlyKeys("raster/3", "raster/4", "columns.csv", "ensemble");
    for (int i = 0; i < 7; i++) {
      double first = nats(byOrder.get("raster/3").get(i));
      double second = nats(byOrder.get("columns.csv").get(i));
      assertThat(first).isFinite().isNotEqualTo(second);
      // The file is the transposed raster order under another name.
      assertThat(nats(byOrder.get("raster/4").get(i))).isEqualTo(second);
      assertThat(nats(byOrder.get("ensemble").get(i)))
          .isEqualTo(OrderEnsemble.nats(first, second, second));
    }
  }

  @Test
  void theEnsembleMayBeOfSomeOrders() throws IOException {
    Path out = folder.resolve("some");
    String printed =
        RUN.nll(out, "orders=[raster/*, s_curve/1]", "score.ensemble=[s_curve/*, raster/2]");
    assertThat(printed).contains("binarize=dynamic(1), ensemble of 2\n");
    rows(out).stream()
        .collect(Collectors.groupingBy(row -> row.<String>getAs("image_id")))
        .forEach(NllTest::assertEnsembleOfTwo);
    RUN.nll(out, "orders=[raster/*, s_curve/1]");
    assertThat(table(out).groupBy("ensemble").count().collectAsList())
        .extracting(row -> row.getLong(1))
        .containsExactly(70L, 70L);
  }

  private static void assertEnsembleOfTwo(String image, List<Row> rows) {
    assertThat(rows).hasSize(10);
    double[] members =
        rows.stream()
            .filter(row -> List.of("raster/2", "s_curve/1").contains(row.<String>getAs("order")))
            .mapToDouble(ScoredRun::nats)
            .toArray();
    Row ensemble = rows.stream().filter(ScoredRun::isEnsemble).findFirst().orElseThrow();
    assertThat(nats(ensemble)).isEqualTo(OrderEnsemble.nats(members));
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("ensemble")).isEqualTo("raster/2,s_curve/1");
              assertThat(row.<String>getAs("orders")).startsWith("raster/0,raster/1,");
            });
  }

  @Test
  void anEnsembleOfOrdersThatAreNotScoredIsRefused() {
    for (String none : List.of("raster/5", "hilbert/*", "raster", "")) {
      assertThatExceptionOfType(UserError.class)
          .isThrownBy(
              () ->
                  RUN.nll(
                      folder.resolve("refused"),
                      "orders=[raster/0, raster/1]",
                      "score.ensemble=[raster/*, " + none + "]"))
          .withMessage(
              "score.ensemble=[raster/*, %s]: %s is none of the orders raster/0, raster/1; name"
                  + " some of them",
              none, none);
    }
  }

  @Test
  void summariesAreThoseOfTheRows() throws IOException {
    Path out = folder.resolve("summarised");
    String printed = RUN.nll(out, "orders=[raster/0+top, raster/1]", "region=top");
    RUN.nll(out, "orders=[raster/0+top, raster/1]", "region=top"); // in their place
    List<Row> summaries = rowsOfSummaries(folder.resolve("summarised_summary"));
    assertThat(summaries)
        .extracting(row -> row.<String>getAs("order"))
        .containsExactly("ensemble", "raster/0+top", "raster/1");
    for (Row summary : summaries) {
      double[] nats =
          rows(out).stream()
              .filter(row -> row.getAs("order").equals(summary.getAs("order")))
              .mapToDouble(ScoredRun::nats)
              .toArray();
      assertMeanAndError(summary, nats);
      double bits = nats(summary) / (8 * Math.log(2));
      assertThat(printed)
          .contains("%.2f ± %.2f".formatted(nats(summary), summary.<Double>getAs("nats_se")))
          .contains("%.4f".formatted(bits));
      assertThat(summary.<Double>getAs("bits_per_dim")).isCloseTo(bits, within(1e-9));
      assertThat(summary.<Double>getAs("bits_per_dim_se"))
          .isCloseTo(summary.<Double>getAs("nats_se") / (8 * Math.log(2)), within(1e-9));
      assertThat(summary.<String>getAs("region")).isEqualTo("top");
    }
  }

  private static List<Row> rowsOfSummaries(Path summaries) {
    return table(summaries).orderBy("order").collectAsList();
  }

  private static void assertMeanAndError(Row summary, double[] nats) {
    double mean = IntStream.range(0, nats.length).mapToDouble(i -> nats[i]).average().orElseThrow();
    double squares = 0;
    for (double each : nats) {
      squares += (each - mean) * (each - mean);
    }
    assertThat(summary.<Long>getAs("images")).isEqualTo(7).isEqualTo(nats.length);
    assertThat(nats(summary)).isCloseTo(mean, within(1e-9));
    assertThat(summary.<Double>getAs("nats_se"))
        .isCloseTo(Math.sqrt(squares / (nats.length - 1) / nats.length), within(1e-9));
  }

  @Test
  void oneImageHasNoStandardError() throws IOException {
    Path out = folder.resolve("one");
    RUN.nll(out, "score.images=1", "orders=raster/0");
    assertThat(rowsOfSummaries(folder.resolve("one_summary")))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.<Object>getAs("nats_se")).isNull())
        .allSatisfy(row -> assertThat(row.<Object>getAs("bits_per_dim_se")).isNull())
        .anyMatch(row -> isEnsemble(row));
  }
}
