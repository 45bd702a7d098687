package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.jobs.page.ReportedRun.REPORT;
import static org.lmconv.jobs.page.ReportedRun.images;
import static org.lmconv.jobs.page.ReportedRun.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.run.RoundReport;

/** The charts of a report, against the rows of its tables. */
class ReportChartsTest {
  private static List<Double> column(Dataset<Row> rows, String name) {
    return rows.select(name).collectAsList().stream().map(row -> row.getDouble(0)).toList();
  }

  private static JsonNode series(String chart, int series) {
    return REPORT.chart(chart).get("series").get(series);
  }

  @Test
  void theCurvesAreTheRoundsAndTheEvaluations() {
    Dataset<Row> rounds = table("rounds").orderBy("round");
    assertThat(REPORT.y("training-rounds", 0)).isEqualTo(column(rounds, "train_nats"));
    assertThat(WrittenReport.doubles(series("training-rounds", 1).get("x")))
        .containsExactly(0., 2., 4.);
    List<Double> ensemble =
        column(
            table("nll_summary").where("`order` = 'ensemble' AND region = 'all'").orderBy("round"),
            "nats");
    assertThat(REPORT.y("training-rounds", 1)).hasSize(3);
    for (int i = 0; i < 3; i++) {
      // Sums of doubles in another order.
      assertThat(REPORT.y("training-rounds", 1).get(i)).isCloseTo(ensemble.get(i), within(1e-9));
    }
    assertThat(REPORT.y("throughput", 0)).isEqualTo(column(rounds, "images_per_second"));
  }

  @Test
  void timeIsThatOfThePhases() {
    List<Row> rounds = table("rounds").orderBy("round").collectAsList();
    double seconds = 0;
    for (int i = 0; i < rounds.size(); i++) {
      for (String phase : RoundReport.PHASES) {
        seconds += rounds.get(i).<Double>getAs(phase);
      }
      assertThat(series("training-time", 0).get("x").get(i).asDouble())
          .isCloseTo(seconds / 60, within(1e-9)); // rounding
    }
    double charted = 0;
    for (int phase = 0; phase < RoundReport.PHASES.size(); phase++) {
      charted += REPORT.y("phases", phase).get(0);
    }
    assertThat(charted).isCloseTo(seconds, within(1e-9)); // rounding
    double compute = REPORT.y("phases", RoundReport.PHASES.indexOf("compute_seconds")).get(0);
    assertThat(REPORT.text())
        .contains("%.0f %% of the time computing".formatted(100 * compute / seconds));
  }

  @Test
  void ordersHaveTheirMeansAndErrorsAndTheEnsembleComesLast() {
    List<Row> summary = table("nll_summary").where("round = 4 AND region = 'all'").collectAsList();
    assertThat(summary).hasSize(9);
    JsonNode categories = REPORT.chart("orders-all").get("categories");
    assertThat(categories.get(8).asText()).isEqualTo("ensemble");
    assertThat(categories).hasSize(9);
    for (Row row : summary) {
      int place = placeOf(row.getAs("order"), categories);
      // Sums of doubles in another order.
      assertThat(REPORT.y("orders-all", 0).get(place))
          .isCloseTo(row.<Double>getAs("nats"), within(1e-9));
      assertThat(series("orders-all", 0).get("error").get(place).asDouble())
          .isCloseTo(row.<Double>getAs("nats_se"), within(1e-9));
    }
    assertThat(REPORT.chart("orders-1").get("title").asText())
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

  @Test
  void theHistogramHasEveryImageInItsBin() {
    List<Double> middles = WrittenReport.doubles(series("histogram", 0).get("x"));
    double half = (middles.get(1) - middles.get(0)) / 2;
    List<Double> counts = REPORT.y("histogram", 0);
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
}
