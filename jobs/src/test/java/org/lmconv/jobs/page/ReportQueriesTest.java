package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.jobs.page.ReportedRun.REPORT;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.SqlEngine;
import org.lmconv.jobs.run.RoundReport;

/** Under each chart of a report is a query for DuckDB, which gives its numbers. */
class ReportQueriesTest {
  @Test
  void theQueriesGiveTheNumbersOfTheCharts() throws SQLException {
    try (Connection connection = SqlEngine.duckDb()) {
      SqlEngine duckDb = SqlEngine.duckDb(connection);
      for (String chart : List.of("training-rounds", "training-time")) {
        List<Double> training = new ArrayList<>(REPORT.y(chart, 0));
        training.addAll(REPORT.y(chart, 1));
        assertSame(column(duckDb, chart, "nats"), training);
      }
      List<Double> minutes = new ArrayList<>(x("training-time", 0));
      minutes.addAll(x("training-time", 1));
      assertSame(column(duckDb, "training-time", "minutes"), minutes);
      assertSame(column(duckDb, "throughput", "images_per_second"), REPORT.y("throughput", 0));
      assertSame(column(duckDb, "compute-share", "compute_percent"), REPORT.y("compute-share", 0));
      assertSame(column(duckDb, "memory", "worker_mb"), REPORT.y("memory", 0));
      assertSame(column(duckDb, "memory", "driver_mb"), REPORT.y("memory", 1));
      assertSame(column(duckDb, "orders-all", "nats"), REPORT.y("orders-all", 0));
      assertSame(column(duckDb, "orders-1", "nats"), REPORT.y("orders-1", 0));
      List<Double> bins = REPORT.y("histogram", 0).stream().filter(images -> images > 0).toList();
      assertSame(column(duckDb, "histogram", "images"), bins);
      for (int phase = 0; phase < RoundReport.PHASES.size(); phase++) {
        assertSame(
            column(duckDb, "phases", RoundReport.PHASES.get(phase)), REPORT.y("phases", phase));
      }
      assertThat(REPORT.chartIds())
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
    return duckDb.run(REPORT.chart(chart).get("sql").asText());
  }

  private static List<Double> column(SqlEngine duckDb, String chart, String column)
      throws SQLException {
    return query(duckDb, chart).stream()
        .map(row -> ((Number) row.get(column)).doubleValue())
        .toList();
  }

  private static List<Double> x(String chart, int series) {
    return WrittenReport.doubles(REPORT.chart(chart).get("series").get(series).get("x"));
  }

  /** The same numbers, whatever their sequence. */
  private static void assertSame(List<Double> found, List<Double> drawn) {
    assertThat(found).hasSameSizeAs(drawn);
    List<Double> expected = drawn.stream().sorted().toList();
    for (int i = 0; i < found.size(); i++) { // another order of sums
      assertThat(found.stream().sorted().toList().get(i)).isCloseTo(expected.get(i), within(1e-9));
    }
  }
}
