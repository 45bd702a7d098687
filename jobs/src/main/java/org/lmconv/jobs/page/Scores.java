package org.lmconv.jobs.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.RunTable;

/** What the table {@code nll} says. A scoring is the rows of one checkpoint, images and method. */
final class Scores {
  /** In older files, all orders are in the ensemble. */
  private static final String MEMBERS = "coalesce(ensemble, orders)";

  /** Older files do not say. */
  private static final String SCORING = "coalesce(scoring, '')";

  private static final String LINES =
      """
      SELECT run, round, dataset, split, region, weights, binarize, orders,
             %1$s AS members, %2$s AS scoring_id, t.order, count(*) AS images, avg(nats) AS nats,
             stddev(nats) / sqrt(count(*)) AS se, avg(bits_per_dim) AS bits_per_dim
      FROM nll t
      WHERE %%s
      GROUP BY run, round, dataset, split, region, weights, binarize, orders, %1$s, %2$s, t.order
      ORDER BY run, t.order\
      """
          .formatted(MEMBERS, SCORING);

  /**
   * What tells a scoring from others of the run; components are columns.
   *
   * @param orders names, comma between
   * @param ensemble names of those in the ensemble, comma between
   * @param scoring identity of images and method; empty in older files
   */
  record Key(
      int round,
      String dataset,
      String split,
      String region,
      String weights,
      String binarize,
      String orders,
      String ensemble,
      String scoring) {
    boolean wholeImages() {
      return region.equals(Regions.ALL);
    }

    /** The same of another round: a point of the same curve. */
    Key ofRound(int other) {
      return new Key(other, dataset, split, region, weights, binarize, orders, ensemble, scoring);
    }

    /** The rows of a run that are of this scoring, in SQL. */
    String of(String run) {
      return "round = %d AND %s".formatted(round, ofAnyRound(run));
    }

    /** The rows of a run that are of this curve, in SQL. */
    String ofAnyRound(String run) {
      Map<String, String> columns = new LinkedHashMap<>();
      columns.put("run", run);
      columns.put("region", region);
      columns.put("dataset", dataset);
      columns.put("split", split);
      columns.put("weights", weights);
      columns.put("binarize", binarize);
      columns.put("orders", orders);
      columns.put(MEMBERS, ensemble);
      columns.put(SCORING, scoring);
      return columns.entrySet().stream()
          .map(column -> column.getKey() + " = " + RunTables.quoted(column.getValue()))
          .collect(Collectors.joining(" AND "));
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

  private final List<Scoring> scorings;

  private Scores(List<Scoring> scorings) {
    this.scorings = scorings;
  }

  /** The means of a scoring of each run, by the name of the run. */
  static String linesOf(List<String> where) {
    return LINES.formatted(String.join("\n   OR ", where));
  }

  /** Reads the means of all scorings of a run. */
  static Scores of(RunTables tables, String run) {
    Map<Key, List<Line>> lines = new LinkedHashMap<>();
    for (Row row : tables.rows(linesOf(List.of("run = " + RunTables.quoted(run))))) {
      lines.computeIfAbsent(key(row), key -> new ArrayList<>()).add(line(row));
    }
    List<Scoring> scorings = new ArrayList<>();
    lines.forEach((key, of) -> scorings.add(new Scoring(key, sorted(of, key))));
    scorings.sort(BY_INTEREST);
    return new Scores(scorings);
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
        row.getAs("members"),
        row.getAs("scoring_id"));
  }

  static Line line(Row row) {
    return new Line(
        row.getAs("order"),
        row.getAs("images"),
        row.getAs("nats"),
        row.getAs("se"),
        row.getAs("bits_per_dim"));
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
}
