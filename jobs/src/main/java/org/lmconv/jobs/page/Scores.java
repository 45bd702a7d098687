package org.lmconv.jobs.page;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.stddev_samp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.RunTable;

/** What the table {@code nll} says. A scoring is the rows of one checkpoint, images and orders. */
final class Scores {
  /** What every file of the table has. */
  static final String[] COLUMNS = {
    "round",
    "dataset",
    "split",
    "image_id",
    "label",
    "order",
    "region",
    "nats",
    "bits_per_dim",
    "weights",
    "binarize",
    "orders"
  };

  /** A column of later versions, in which the ensemble may leave orders out. */
  private static final String MEMBERS = "ensemble";

  private static final List<String> KEY =
      List.of("round", "dataset", "split", "region", "weights", "binarize", "orders", MEMBERS);

  /**
   * What tells a scoring from others of the run; components are columns.
   *
   * @param orders names, comma between
   * @param ensemble names of those in the ensemble, comma between
   */
  record Key(
      int round,
      String dataset,
      String split,
      String region,
      String weights,
      String binarize,
      String orders,
      String ensemble) {
    boolean wholeImages() {
      return region.equals(Regions.ALL);
    }

    /** The same of another round: a point of the same curve. */
    Key ofRound(int other) {
      return new Key(other, dataset, split, region, weights, binarize, orders, ensemble);
    }

    private Column matches() {
      return col("round")
          .equalTo(round)
          .and(col("dataset").equalTo(dataset))
          .and(col("split").equalTo(split))
          .and(col("region").equalTo(region))
          .and(col("weights").equalTo(weights))
          .and(col("binarize").equalTo(binarize))
          .and(col("orders").equalTo(orders))
          .and(col("ensemble").equalTo(ensemble));
    }
  }

  /**
   * The mean under one order, or the ensemble.
   *
   * @param nats per image
   * @param error standard error of the mean, nats; null for a single image
   * @param bits per dimension
   */
  record Line(String order, long images, double nats, Double error, double bits) {}

  /**
   * A scoring.
   *
   * @param lines in the order of the orders, the ensemble last
   */
  record Scoring(Key key, List<Line> lines) {
    Optional<Line> ensemble() {
      return lines.stream().filter(line -> line.order().equals(RunTable.ENSEMBLE)).findFirst();
    }

    long images() {
      return lines.get(0).images();
    }
  }

  private final Dataset<Row> rows;
  private final List<Scoring> scorings;

  private Scores(Dataset<Row> rows, List<Scoring> scorings) {
    this.rows = rows;
    this.scorings = scorings;
  }

  /** Reads the means of all scorings. */
  static Scores of(Dataset<Row> nll) {
    boolean dated = !Arrays.asList(nll.columns()).contains(MEMBERS);
    Column ensemble = dated ? col("orders") : coalesce(col(MEMBERS), col("orders"));
    Dataset<Row> rows = nll.withColumn(MEMBERS, ensemble);
    Map<Key, List<Line>> lines = new LinkedHashMap<>();
    Column[] by =
        Stream.concat(KEY.stream(), Stream.of("order")).map(functions::col).toArray(Column[]::new);
    rows.groupBy(by)
        .agg(
            count(lit(1)).as("images"),
            avg("nats").as("nats"),
            stddev_samp("nats").as("deviation"),
            avg("bits_per_dim").as("bits"))
        .collectAsList()
        .forEach(row -> lines.computeIfAbsent(key(row), key -> new ArrayList<>()).add(line(row)));
    List<Scoring> scorings = new ArrayList<>();
    lines.forEach((key, of) -> scorings.add(new Scoring(key, sorted(of, key))));
    scorings.sort(BY_INTEREST);
    return new Scores(rows, scorings);
  }

  /**
   * What a reader wants to see first: the newest round, whole test images, as many as there are.
   */
  private static final Comparator<Scoring> BY_INTEREST =
      Comparator.<Scoring>comparingInt(scoring -> -scoring.key().round())
          .thenComparing(scoring -> !scoring.key().wholeImages())
          .thenComparing(scoring -> !scoring.key().split().equals("test"))
          .thenComparing(scoring -> -scoring.images())
          .thenComparing(scoring -> !scoring.key().weights().equals(Checkpoint.EMA))
          .thenComparing(scoring -> -scoring.lines().size())
          .thenComparing(scoring -> scoring.key().toString());

  private static Key key(Row row) {
    return new Key(
        row.getAs("round"),
        row.getAs("dataset"),
        row.getAs("split"),
        row.getAs("region"),
        row.getAs("weights"),
        row.getAs("binarize"),
        row.getAs("orders"),
        row.getAs(MEMBERS));
  }

  private static Line line(Row row) {
    long images = row.getAs("images");
    Double deviation = row.getAs("deviation"); // null or NaN for one image
    boolean alone = images == 1 || deviation == null;
    return new Line(
        row.getAs("order"),
        images,
        row.getAs("nats"),
        alone ? null : deviation / Math.sqrt(images),
        row.getAs("bits"));
  }

  private static List<Line> sorted(List<Line> lines, Key key) {
    List<String> sequence = List.of(key.orders().split(","));
    Comparator<Line> byPlace =
        Comparator.comparing(
            line ->
                line.order().equals(RunTable.ENSEMBLE)
                    ? sequence.size()
                    : sequence.indexOf(line.order()));
    return lines.stream().sorted(byPlace).toList();
  }

  /** All scorings, the most interesting first. */
  List<Scoring> scorings() {
    return scorings;
  }

  /** The scoring of whole images that stands for the run, if whole images were scored. */
  Optional<Scoring> main() {
    return scorings.stream().filter(scoring -> scoring.key().wholeImages()).findFirst();
  }

  /** Least and greatest nats of an image under the ensemble. */
  double[] range(Key key) {
    Row row = ensembleOf(key).agg(min("nats"), max("nats")).first();
    return new double[] {row.getDouble(0), row.getDouble(1)};
  }

  /** A row per image: its nats under the ensemble. */
  Dataset<Row> ensembleOf(Key key) {
    return rows.where(key.matches()).where(col("order").equalTo(RunTable.ENSEMBLE));
  }

  /** The images with the least, or most, nats under the ensemble. */
  List<Row> extremes(Key key, boolean worst, int images) {
    Column nats = worst ? col("nats").desc() : col("nats").asc();
    return ensembleOf(key)
        .orderBy(nats, col("image_id"))
        .limit(images)
        .select("image_id", "label", "nats")
        .collectAsList();
  }
}
