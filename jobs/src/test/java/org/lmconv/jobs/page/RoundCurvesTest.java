package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.page.RoundCurves.Point;

/** Long runs, of which a point of a curve is many rounds. */
class RoundCurvesTest {
  /** Round r computes for r seconds, collects for 1, and has r nats. */
  private static Dataset<Row> rounds(int rounds) {
    return TestSpark.session()
        .range(1, rounds + 1)
        .selectExpr(
            "cast(id AS int) AS round",
            "8 * id AS images_seen",
            "cast(id AS double) AS train_nats",
            "cast(id AS double) / 2 AS train_bits_per_dim",
            "0d AS broadcast_seconds",
            "cast(id AS double) AS compute_seconds",
            "1d AS collect_seconds",
            "0d AS update_seconds",
            "0d AS checkpoint_seconds",
            "100d - id AS images_per_second",
            "id * 10 AS rss_bytes");
  }

  private static double secondsAfter(long rounds) {
    return rounds * (rounds + 1) / 2. + rounds;
  }

  @Test
  void aShortRunHasAPointPerRound() {
    RoundCurves curves = RoundCurves.of(rounds(400));
    assertThat(curves.rounds()).isEqualTo(IntStream.rangeClosed(1, 400).boxed().toList());
    assertThat(curves.values(Point::trainNats).get(41)).isEqualTo(42);
    assertThat(curves.points()).allSatisfy(point -> assertThat(point.rounds()).isEqualTo(1));
    // Older runs do not know the driver's memory.
    assertThat(curves.last().driverBytes()).isNull();
    assertThat(curves.last().workerBytes()).isEqualTo(4000);
  }

  @Test
  void aLongRunHasMeansAndSumsOfConsecutiveRounds() {
    RoundCurves curves = RoundCurves.of(rounds(1001));
    assertThat(curves.points()).hasSize(334); // of 3 rounds each, but for the last
    Point second = curves.points().get(1);
    assertThat(second.round()).isEqualTo(6);
    assertThat(second.imagesSeen()).isEqualTo(48);
    assertThat(second.trainNats()).isEqualTo(5);
    assertThat(second.phaseSeconds()).containsExactly(0., 15., 3., 0., 0.);
    assertThat(second.computePercent()).isCloseTo(100 * 15 / 18., within(1e-9)); // rounding
    assertThat(curves.last().round()).isEqualTo(1001);
    assertThat(curves.last().secondsSinceStart()).isEqualTo(secondsAfter(1001));
    assertThat(curves.phaseTotals()).containsEntry("collect", 1001.);
    assertThat(curves.points().stream().mapToLong(Point::rounds).sum()).isEqualTo(1001);
  }

  @Test
  void timeIsExactAtTheEndOfAPointAndLinearWithin() {
    RoundCurves curves = RoundCurves.of(rounds(1001));
    assertThat(curves.secondsAt(0)).isZero();
    assertThat(curves.secondsAt(6)).isEqualTo(secondsAfter(6));
    assertThat(curves.secondsAt(4)).isBetween(secondsAfter(3), secondsAfter(6));
    assertThat(curves.secondsAt(5000)).isEqualTo(secondsAfter(1001));
    List<Double> seconds =
        IntStream.rangeClosed(0, 1001).mapToObj(curves::secondsAt).collect(Collectors.toList());
    assertThat(seconds).isSorted();
  }

  @Test
  void theNumberOfPointsIsBounded() {
    assertThat(
            Stream.of(1, 399, 401, 799, 800, 801, 5000)
                .map(rounds -> RoundCurves.of(rounds(rounds)).points().size()))
        .allMatch(points -> points <= 400);
  }
}
