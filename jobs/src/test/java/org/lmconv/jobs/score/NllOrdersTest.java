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
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.train.TrainForTests;
import org.lmconv.model.likelihood.OrderEnsemble;

/** Orders that the model was not trained with, ensembles of some of them, and the summaries. */
class NllOrdersTest {
  @TempDir private static Path folder;
  private static ScoredRun run;

  @BeforeAll
  static void trainModel() throws IOException {
    run = new ScoredRun(folder.resolve("run"));
    TrainForTests.train("run=" + run.folder(), "data=" + TinyRuns.table(folder));
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
    run.nll(out, "orders=[raster/3, " + columns() + "]", "score.batch-size=3");
    Map<String, List<Row>> byOrder =
        rows(out).stream().collect(Collectors.groupingBy(row -> row.getAs("order")));
    assertThat(byOrder).containsOnlyKeys("raster/3", "columns.csv", "ensemble");
    for (int i = 0; i < 7; i++) {
      double first = nats(byOrder.get("raster/3").get(i));
      double second = nats(byOrder.get("columns.csv").get(i));
      assertThat(first).isFinite().isNotEqualTo(second);
      assertThat(nats(byOrder.get("ensemble").get(i))).isEqualTo(OrderEnsemble.nats(first, second));
    }
  }

  @Test
  void theEnsembleMayBeOfSomeOrders() throws IOException {
    Path out = folder.resolve("some");
    String printed =
        run.nll(out, "orders=[raster/*, s_curve/1]", "score.ensemble=[s_curve/*, raster/2]");
    assertThat(printed).contains("binarize=dynamic(1), ensemble of 2\n");
    rows(out).stream()
        .collect(Collectors.groupingBy(row -> row.<String>getAs("image_id")))
        .forEach(NllOrdersTest::assertEnsembleOfTwo);
    run.nll(out, "orders=[raster/*, s_curve/1]");
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
                  run.nll(
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
    Path out = folder.resolve("scores");
    String printed = run.nll(out, "orders=[raster/0+top, raster/1]", "region=top");
    run.nll(out, "orders=[raster/0+top, raster/1]", "region=top"); // in their place
    List<Row> summaries = rowsOfSummaries(folder.resolve("scores_summary"));
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
    run.nll(out, "score.images=1", "orders=raster/0");
    assertThat(rowsOfSummaries(folder.resolve("one_summary")))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.<Object>getAs("nats_se")).isNull())
        .allSatisfy(row -> assertThat(row.<Object>getAs("bits_per_dim_se")).isNull())
        .anyMatch(row -> isEnsemble(row));
  }
}
