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

/** Under each chart of a report is a query for DuckDB, which gives its numbers. */
class ReportQueriesTest {
  @Test
  void theQueriesGiveTheNumbersOfTheCharts() throws SQLException {
    try (Connection connection = SqlEngine.duckDb()) {
      SqlEngine duckDb = SqlEngine.duckDb(connection);
      List<Double> training = new ArrayList<>(REPORT.y("training-rounds", 0));
      training.addAll(REPORT.y("training-rounds", 1));
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
            .isCloseTo(REPORT.y("phases", phase).get(0), within(1e-9)); // another order of sums
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
        REPORT.y(chart, 0));
  }

  private static void assertSame(List<Double> found, List<Double> drawn) {
    assertThat(found).hasSameSizeAs(drawn);
    List<Double> expected = drawn.stream().sorted().toList();
    for (int i = 0; i < found.size(); i++) { // another order of sums
      assertThat(found.stream().sorted().toList().get(i)).isCloseTo(expected.get(i), within(1e-9));
    }
  }
}
