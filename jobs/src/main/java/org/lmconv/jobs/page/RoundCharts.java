package org.lmconv.jobs.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.page.Chart.Kind;
import org.lmconv.jobs.page.Chart.Series;
import org.lmconv.jobs.page.Scores.Scoring;
import org.lmconv.jobs.run.RoundReport;

/** How far training got, and what rounds cost: time, throughput and memory. */
final class RoundCharts {
  private static final int MOST_EVALUATIONS = 4; // of a run
  private static final double HEADROOM = 1.05;

  /** Share of a curve, from its left end on, that may be above the chart. */
  private static final double EARLY = .25;

  /** Of a round; files of early versions have null where no checkpoint was written. */
  private static final String SECONDS =
      RoundReport.PHASES.stream()
          .map("coalesce(%s, 0)"::formatted)
          .collect(Collectors.joining(" + "));

  /** Consecutive rounds have one number; more than 400 would not be seen on a screen. */
  private static final String NUMBERED =
      """
      (SELECT *, floor((round - least) / (floor((most - least) / 400) + 1)) AS point
            FROM (SELECT *, min(round) OVER (PARTITION BY run) AS least,
                         max(round) OVER (PARTITION BY run) AS most
                  FROM rounds) AS numbered) AS points\
      """;

  static final String TOTALS =
      """
      SELECT run, max(round) AS rounds, max(images_seen) AS images_seen,
             median(images_per_second) AS images_per_second,
             sum(%s) AS seconds,
             %s
      FROM rounds GROUP BY run ORDER BY run\
      """
          .formatted(
              SECONDS,
              RoundReport.PHASES.stream()
                  .map("sum(coalesce(%1$s, 0)) AS %1$s"::formatted)
                  .collect(Collectors.joining(", ")));

  static final String POINTS =
      """
      SELECT run, max(round) AS round, 100 * sum(compute_seconds) / sum(%s) AS compute_percent,
             avg(images_per_second) AS images_per_second,
             max(rss_bytes) / 1048576 AS worker_mb, max(driver_rss_bytes) / 1048576 AS driver_mb
      FROM %s
      GROUP BY run, point ORDER BY 1, 2\
      """
          .formatted(SECONDS, NUMBERED);

  static final String TRAINING =
      """
      SELECT run, 0 AS curve, max(round) AS round,
             sum(sum(%s)) OVER (PARTITION BY run ORDER BY max(round)) / 60 AS minutes,
             avg(train_nats) AS nats, CAST(NULL AS DOUBLE) AS error
      FROM %s
      GROUP BY run, point
      """
          .formatted(SECONDS, NUMBERED);

  private static final String EVALUATED =
      """
      UNION ALL
      SELECT e.run, e.curve, e.round, coalesce(sum(%s), 0) / 60 AS minutes, e.nats, e.error
      FROM (%%s) AS e
      LEFT JOIN rounds ON rounds.run = e.run AND rounds.round <= e.round
      GROUP BY e.run, e.curve, e.round, e.nats, e.error
      """
          .formatted(SECONDS);

  private static final String EVALUATION =
      """
      SELECT run, %d AS curve, round, avg(nats) AS nats, stddev(nats) / sqrt(count(*)) AS error
            FROM nll t WHERE t.order = 'ensemble' AND %s GROUP BY run, round\
      """;

  private final RunTables tables;
  private final List<RunView> runs;

  /**
   * @param runs those that trained
   */
  RoundCharts(RunTables tables, List<RunView> runs) {
    this.tables = tables;
    this.runs = runs;
  }

  /** All rounds of a run together. */
  static String totals(String run) {
    return "SELECT * FROM (%s) AS t WHERE run = %s".formatted(TOTALS, RunTables.quoted(run));
  }

  /** Percent of the time in which the slowest worker of each round trained. */
  static double percent(Row totals, String phase) {
    return 100 * totals.<Double>getAs(phase) / totals.<Double>getAs("seconds");
  }

  /** Nats over rounds, and over time. */
  List<Chart> training() {
    if (runs.isEmpty()) {
      return List.of();
    }
    String sql = trainingSql();
    List<Row> rows = tables.rows(sql);
    String shown = tables.duckDb(sql);
    return List.of(
        training("training-rounds", "Nats over rounds", "round", "round", rows, shown),
        training(
            "training-time",
            "Nats over training time",
            "minutes in rounds",
            "minutes",
            rows,
            shown));
  }

  private String trainingSql() {
    List<String> evaluations = new ArrayList<>();
    for (RunView run : runs) {
      List<List<Scoring>> curves = evaluations(run);
      for (int curve = 0; curve < curves.size(); curve++) {
        String where = curves.get(curve).get(0).key().ofAnyRound(run.name());
        evaluations.add(EVALUATION.formatted(curve + 1, where));
      }
    }
    String evaluated =
        evaluations.isEmpty()
            ? ""
            : EVALUATED.formatted(String.join("\n      UNION ALL\n      ", evaluations));
    return TRAINING + evaluated + "ORDER BY 1, 2, 3";
  }

  private static List<List<Scoring>> evaluations(RunView run) {
    return run.evaluations().stream().limit(MOST_EVALUATIONS).toList();
  }

  private Chart training(
      String id, String title, String axis, String x, List<Row> rows, String sql) {
    List<Series> series = new ArrayList<>();
    for (RunView run : runs) {
      List<List<Scoring>> evaluations = evaluations(run);
      for (int curve = 0; curve <= evaluations.size(); curve++) {
        int which = curve;
        String name = curve == 0 ? "training" : Words.ofCurve(evaluations.get(curve - 1).get(0));
        List<Row> of =
            rows.stream()
                .filter(row -> row.getAs("run").equals(run.name()))
                .filter(row -> row.<Integer>getAs("curve") == which)
                .toList();
        List<Double> errors = curve == 0 ? List.of() : Chart.column(of, "error");
        series.add(
            new Series(label(run, name), Chart.column(of, x), Chart.column(of, "nats"), errors));
      }
    }
    return new Chart(
        id,
        Kind.LINES,
        title,
        Words.sentences(runs, run -> progress(run, rows)),
        axis,
        "nats per image",
        top(series),
        List.of(),
        series,
        sql);
  }

  private static String progress(RunView run, List<Row> rows) {
    List<Double> nats =
        Chart.column(
            rows.stream()
                .filter(row -> row.getAs("run").equals(run.name()))
                .filter(row -> row.<Integer>getAs("curve") == 0)
                .toList(),
            "nats");
    return "training went from %.1f nats to %.1f in %,d rounds"
        .formatted(nats.get(0), nats.get(nats.size() - 1), totals(run).<Integer>getAs("rounds"));
  }

  /**
   * Where the vertical axis ends: the first rounds of a new model have many times the nats of the
   * others, whose differences nobody would see beside them.
   */
  private static Double top(List<Series> series) {
    double all = 0;
    double later = 0;
    for (Series each : series) {
      double end = each.x().stream().mapToDouble(Number::doubleValue).max().orElse(0);
      for (int i = 0; i < each.y().size(); i++) {
        boolean early = each.x().get(i).doubleValue() < EARLY * end;
        all = Math.max(all, each.y().get(i));
        later = early ? later : Math.max(later, each.y().get(i));
      }
    }
    return later > 0 && later * HEADROOM * HEADROOM < all ? later * HEADROOM : null;
  }

  /** What rounds cost. */
  List<Chart> costs() {
    if (runs.isEmpty()) {
      return List.of();
    }
    List<Row> points = tables.rows(POINTS);
    return List.of(
        phases(),
        lines(
            "compute-share",
            "Share of a round in which workers compute",
            "percent",
            run ->
                "%.0f %% over all rounds, checkpoints included"
                    .formatted(percent(totals(run), "compute_seconds")),
            points,
            new Measure("", "compute_percent")),
        lines(
            "throughput",
            "Throughput",
            "images per second",
            run ->
                "%.1f images a second in the median round"
                    .formatted(totals(run).<Double>getAs("images_per_second")),
            points,
            new Measure("", "images_per_second")),
        lines(
            "memory",
            "Resident memory",
            "MB",
            run -> memoryAtTheEnd(of(run, points)),
            points,
            new Measure("largest worker", "worker_mb"),
            new Measure("driver", "driver_mb")));
  }

  private Chart phases() {
    List<Series> series = new ArrayList<>();
    for (String phase : RoundReport.PHASES) {
      List<Double> seconds = runs.stream().map(run -> totals(run).<Double>getAs(phase)).toList();
      series.add(Series.of(phase.replace("_seconds", ""), List.of(), seconds));
    }
    return new Chart(
        "phases",
        Kind.STACKED,
        "Where the time of the rounds went",
        Words.sentences(runs, run -> shares(totals(run))),
        "seconds, all rounds",
        "",
        null,
        runs.stream().map(RunView::name).toList(),
        series,
        tables.duckDb(TOTALS));
  }

  private static String shares(Row totals) {
    return "%.1f %% of the time the slowest worker computes, %.1f %% goes to collecting, %.1f %% to checkpoints"
        .formatted(
            percent(totals, "compute_seconds"),
            percent(totals, "collect_seconds"),
            percent(totals, "checkpoint_seconds"));
  }

  private static Row totals(RunView run) {
    return run.rounds().orElseThrow();
  }

  private static String memoryAtTheEnd(List<Row> points) {
    Row last = points.get(points.size() - 1);
    return "%s in the largest worker's process and %s in the driver's at the end"
        .formatted(inMegabytes(last.getAs("worker_mb")), inMegabytes(last.getAs("driver_mb")));
  }

  private static String inMegabytes(Double megabytes) {
    return megabytes == null ? "an unknown amount" : "%,.0f MB".formatted(megabytes);
  }

  /**
   * What is drawn over rounds.
   *
   * @param name in the legend, where a run has several
   */
  private record Measure(String name, String column) {}

  private Chart lines(
      String id,
      String title,
      String unit,
      Function<RunView, String> summary,
      List<Row> points,
      Measure... measures) {
    List<Series> series = new ArrayList<>();
    for (RunView run : runs) {
      List<Row> of = of(run, points);
      for (Measure measure : measures) {
        List<Double> values = Chart.column(of, measure.column());
        if (values.stream().anyMatch(Objects::nonNull)) {
          String name = measure.name().isEmpty() ? run.name() : label(run, measure.name());
          series.add(Series.of(name, Chart.column(of, "round"), values));
        }
      }
    }
    String sentence = Words.sentences(runs, summary);
    return new Chart(
        id,
        Kind.LINES,
        title,
        sentence,
        "round",
        unit,
        null,
        List.of(),
        series,
        tables.duckDb(POINTS));
  }

  private static List<Row> of(RunView run, List<Row> rows) {
    return rows.stream().filter(row -> row.getAs("run").equals(run.name())).toList();
  }

  private String label(RunView run, String what) {
    return runs.size() == 1 ? what : run.name() + ": " + what;
  }
}
