package org.lmconv.jobs.page;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.sum;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the table {@code rounds} says, with consecutive rounds together where there are many, so
 * that the driver holds some hundred points whatever the length of the run.
 *
 * @param points in the order of the rounds
 * @param medianImagesPerSecond over all rounds
 */
record RoundCurves(List<Point> points, double medianImagesPerSecond) {
  /** More would not be seen on a screen. */
  private static final int MOST_POINTS = 400;

  /** The phases, in the order in which a round goes through them. */
  static final List<String> PHASES =
      List.of("broadcast", "compute", "collect", "update", "checkpoint");

  /** What every file of the table has. */
  static final String[] COLUMNS = {
    "round",
    "images_seen",
    "train_nats",
    "train_bits_per_dim",
    "learning_rate",
    "workers",
    "broadcast_seconds",
    "compute_seconds",
    "collect_seconds",
    "update_seconds",
    "checkpoint_seconds",
    "images_per_second",
    "rss_bytes"
  };

  /**
   * Consecutive rounds.
   *
   * @param round the last of them
   * @param rounds how many they are
   * @param imagesSeen since the run began, at their end
   * @param secondsSinceStart all phases of all rounds to their end; evaluations and pauses not
   *     counted
   * @param trainNats mean per image
   * @param trainBits the same in bits per dimension
   * @param imagesPerSecond mean
   * @param workerBytes resident memory of the largest process of a worker, null where unknown
   * @param driverBytes resident memory of the driver, null where unknown
   * @param phaseSeconds sums, in the order of {@link #PHASES}
   */
  record Point(
      int round,
      long rounds,
      long imagesSeen,
      double secondsSinceStart,
      double trainNats,
      double trainBits,
      double imagesPerSecond,
      Long workerBytes,
      Long driverBytes,
      List<Double> phaseSeconds) {
    double seconds() {
      return phaseSeconds.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Percent of the time in which the slowest worker of each round trained. */
    double computePercent() {
      return 100 * phaseSeconds.get(PHASES.indexOf("compute")) / seconds();
    }
  }

  /** Reads the table. */
  static RoundCurves of(Dataset<Row> rounds) {
    Row whole =
        rounds
            .agg(
                min("round"),
                max("round"),
                percentile_approx(col("images_per_second"), lit(.5), lit(10000)))
            .first();
    int first = whole.getInt(0);
    int width = (whole.getInt(1) - first) / MOST_POINTS + 1;
    List<Column> sums = new ArrayList<>();
    sums.add(count(lit(1)).as("rounds"));
    sums.add(max("images_seen").as("images_seen"));
    sums.add(avg("train_nats").as("train_nats"));
    sums.add(avg("train_bits_per_dim").as("train_bits"));
    sums.add(avg("images_per_second").as("images_per_second"));
    sums.add(max("rss_bytes").as("rss_bytes"));
    sums.add(max(orNull(rounds, "driver_rss_bytes")).as("driver_rss_bytes"));
    PHASES.forEach(phase -> sums.add(sum(coalesce(col(phase + "_seconds"), lit(0))).as(phase)));
    List<Row> rows =
        rounds
            .groupBy(floor(col("round").minus(first).divide(width)).as("bucket"))
            .agg(max("round").as("round"), sums.toArray(Column[]::new))
            .orderBy("bucket")
            .collectAsList();
    return new RoundCurves(points(rows), whole.getDouble(2));
  }

  /** A column of newer versions, null where no file has it. */
  private static Column orNull(Dataset<Row> rows, String column) {
    return List.of(rows.columns()).contains(column) ? col(column) : lit(null).cast("long");
  }

  private static List<Point> points(List<Row> rows) {
    List<Point> points = new ArrayList<>();
    double seconds = 0;
    for (Row row : rows) {
      List<Double> phases = PHASES.stream().map(row::<Double>getAs).toList();
      seconds += phases.stream().mapToDouble(Double::doubleValue).sum();
      points.add(
          new Point(
              row.getAs("round"),
              row.getAs("rounds"),
              row.getAs("images_seen"),
              seconds,
              row.getAs("train_nats"),
              row.getAs("train_bits"),
              row.getAs("images_per_second"),
              row.getAs("rss_bytes"),
              row.getAs("driver_rss_bytes"),
              phases));
    }
    return points;
  }

  Point last() {
    return points.get(points.size() - 1);
  }

  List<Integer> rounds() {
    return points.stream().map(Point::round).toList();
  }

  List<Double> values(ToDoubleFunction<Point> value) {
    return points.stream().map(value::applyAsDouble).toList();
  }

  /** Rounds of which a point is the mean. */
  long roundsPerPoint() {
    return points.get(0).rounds();
  }

  /** Seconds of training up to a round, linear between points; those of the last one beyond it. */
  double secondsAt(int round) {
    Point before = null;
    for (Point point : points) {
      if (round <= point.round()) {
        double from = before == null ? 0 : before.secondsSinceStart();
        long done = round - (point.round() - point.rounds());
        return from + point.seconds() * Math.max(0, done) / point.rounds();
      }
      before = point;
    }
    return before.secondsSinceStart();
  }

  /** Seconds of each phase over the whole run. */
  Map<String, Double> phaseTotals() {
    Map<String, Double> totals = new LinkedHashMap<>();
    for (int phase = 0; phase < PHASES.size(); phase++) {
      int which = phase;
      totals.put(
          PHASES.get(phase),
          points.stream().mapToDouble(point -> point.phaseSeconds().get(which)).sum());
    }
    return totals;
  }

  /** Percent of the whole run in which the slowest worker of each round trained. */
  double computePercent() {
    return 100 * phaseTotals().get("compute") / last().secondsSinceStart();
  }
}
