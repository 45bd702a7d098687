package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.TestSpark;

/** Long runs, of which a point of a curve is many rounds, and the bins of a histogram. */
class PageQueriesTest {
  /** Round r computes for r seconds, collects for 1, and has r nats. */
  private static List<Row> rows(int rounds, String query) {
    SparkSession spark = TestSpark.session().newSession();
    spark
        .range(1, rounds + 1)
        .selectExpr(
            "concat('it', substring(cast(id AS string), 1, 0)) AS run", // no constant
            "cast(id AS int) AS round",
            "8 * id AS images_seen",
            "cast(id AS double) AS train_nats",
            "0d AS broadcast_seconds",
            "cast(id AS double) AS compute_seconds",
            "1d AS collect_seconds",
            "0d AS update_seconds",
            "cast(null AS double) AS checkpoint_seconds",
            "100d - id AS images_per_second",
            "id * 1048576 AS rss_bytes",
            "cast(null AS bigint) AS driver_rss_bytes")
        .createOrReplaceTempView("rounds");
    return spark.sql(query).collectAsList();
  }

  private static double secondsAfter(long rounds) {
    return rounds * (rounds + 1) / 2. + rounds;
  }

  @Test
  void aShortRunHasAPointPerRound() {
    List<Row> points = rows(400, RoundCharts.POINTS);
    assertThat(Chart.column(points, "round"))
        .isEqualTo(IntStream.rangeClosed(1, 400).mapToObj(round -> (double) round).toList());
    // Older runs do not know the driver's memory.
    assertThat(points.get(399).<Double>getAs("driver_mb")).isNull();
    assertThat(points.get(399).<Double>getAs("worker_mb")).isEqualTo(400);
  }

  @Test
  void aLongRunHasMeansAndSumsOfConsecutiveRounds() {
    List<Row> points = rows(1001, RoundCharts.POINTS);
    assertThat(points).hasSize(334); // of 3 rounds each, but for the last
    assertThat(points.get(1).<Integer>getAs("round")).isEqualTo(6);
    assertThat(points.get(1).<Double>getAs("images_per_second")).isEqualTo(95);
    assertThat(points.get(1).<Double>getAs("compute_percent"))
        .isCloseTo(100 * 15 / 18., within(1e-9)); // rounding
    List<Row> training = rows(1001, RoundCharts.TRAINING + "ORDER BY 1, 2, 3");
    assertThat(training).hasSize(334);
    assertThat(training.get(1).<Double>getAs("nats")).isEqualTo(5);
    assertThat(training.get(1).<Double>getAs("minutes")).isEqualTo(secondsAfter(6) / 60);
    assertThat(training.get(333).<Double>getAs("minutes")).isEqualTo(secondsAfter(1001) / 60);
    Row totals = rows(1001, RoundCharts.TOTALS).get(0);
    assertThat(totals.<Double>getAs("collect_seconds")).isEqualTo(1001);
    assertThat(totals.<Double>getAs("seconds")).isEqualTo(secondsAfter(1001));
    assertThat(totals.<Long>getAs("images_seen")).isEqualTo(8008);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 399, 401, 799, 800, 801, 5000})
  void theNumberOfPointsIsBounded(int rounds) {
    assertThat(rows(rounds, RoundCharts.POINTS)).hasSizeBetween(1, 400);
  }

  private static List<Row> bins(double least, double width, double... nats) {
    SparkSession spark = TestSpark.session().newSession();
    spark
        .createDataset(DoubleStream.of(nats).boxed().toList(), Encoders.DOUBLE())
        .selectExpr("'it' AS run", "'ensemble' AS order", "value AS nats")
        .createOrReplaceTempView("nll");
    return spark.sql(ScoreCharts.BINNED.formatted(least, width, 39, "true")).collectAsList();
  }

  @Test
  void bothEndsOfTheRangeAreInABin() {
    List<Row> bins = bins(10, 1, 10, 10.5, 11, 49.9, 50);
    assertThat(Chart.column(bins, "bin")).containsExactly(0., 1., 39.);
    assertThat(Chart.column(bins, "images")).containsExactly(2., 1., 2.);
    assertThat(Chart.column(bins(3, 1, 3, 3), "images")).containsExactly(2.);
  }
}
