package org.lmconv.jobs.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.lmconv.jobs.page.Chart.Kind;
import org.lmconv.jobs.page.Chart.Series;
import org.lmconv.jobs.page.RoundCurves.Point;
import org.lmconv.jobs.page.Scores.Scoring;

/** How far training got, and what rounds cost: time, throughput and memory. */
final class RoundCharts {
  private static final double MEGABYTE = 1 << 20;

  private static final int MOST_EVALUATIONS = 4; // of a run
  private static final double HEADROOM = 1.05;

  /** Share of a curve, from its left end on, that may be above the chart. */
  private static final double EARLY = .25;

  private final List<RunView> runs;

  /**
   * @param runs those that trained
   */
  RoundCharts(List<RunView> runs) {
    this.runs = runs;
  }

  /** Nats over rounds, and over time. */
  List<Chart> training() {
    return runs.isEmpty() ? List.of() : List.of(overRounds(), overTime());
  }

  /** What rounds cost. */
  List<Chart> costs() {
    return runs.isEmpty() ? List.of() : List.of(phases(), computeShare(), throughput(), memory());
  }

  private Chart phases() {
    List<Series> series = new ArrayList<>();
    for (String phase : RoundCurves.PHASES) {
      List<Double> seconds = runs.stream().map(run -> totals(run).get(phase)).toList();
      series.add(Series.of(phase, List.of(), seconds));
    }
    return new Chart(
        "phases",
        Kind.STACKED,
        "Where the time of the rounds went",
        Words.sentences(runs, RoundCharts::shares),
        "seconds, all rounds",
        "",
        null,
        runs.stream().map(RunView::name).toList(),
        series,
        Sql.phases(runs));
  }

  private static String shares(RunView run) {
    return "%.1f %% of the time the slowest worker computes, %.1f %% goes to collecting, %.1f %% to checkpoints"
        .formatted(
            rounds(run).computePercent(), percent(run, "collect"), percent(run, "checkpoint"));
  }

  private static Map<String, Double> totals(RunView run) {
    return rounds(run).phaseTotals();
  }

  private static double percent(RunView run, String phase) {
    return 100 * totals(run).get(phase) / rounds(run).last().secondsSinceStart();
  }

  private Chart computeShare() {
    return lines(
        "compute-share",
        "Share of a round in which workers compute",
        "percent",
        "compute_share",
        run ->
            "%.0f %% over all rounds, checkpoints included".formatted(rounds(run).computePercent()),
        new Measure("", Point::computePercent));
  }

  private Chart throughput() {
    return lines(
        "throughput",
        "Throughput",
        "images per second",
        "images_per_second",
        run ->
            "%.1f images a second in the median round"
                .formatted(rounds(run).medianImagesPerSecond()),
        new Measure("", Point::imagesPerSecond));
  }

  private Chart memory() {
    return lines(
        "memory",
        "Resident memory",
        "MB",
        "rss_bytes, driver_rss_bytes",
        RoundCharts::memoryAtTheEnd,
        new Measure("largest worker", point -> megabytes(point.workerBytes())),
        new Measure("driver", point -> megabytes(point.driverBytes())));
  }

  private static String memoryAtTheEnd(RunView run) {
    Point last = rounds(run).last();
    return "%s in the largest worker's process and %s in the driver's at the end"
        .formatted(inMegabytes(last.workerBytes()), inMegabytes(last.driverBytes()));
  }

  private static String inMegabytes(Long bytes) {
    return bytes == null ? "an unknown amount" : "%,.0f MB".formatted(megabytes(bytes));
  }

  private static Double megabytes(Long bytes) {
    return bytes == null ? null : bytes / MEGABYTE;
  }

  /**
   * What is drawn over rounds.
   *
   * @param name in the legend, where a run has several
   */
  private record Measure(String name, Function<Point, Double> value) {}

  private Chart lines(
      String id,
      String title,
      String unit,
      String columns,
      Function<RunView, String> summary,
      Measure... measures) {
    List<Series> series = new ArrayList<>();
    for (RunView run : runs) {
      for (Measure measure : measures) {
        List<Double> values = rounds(run).points().stream().map(measure.value()).toList();
        if (values.stream().anyMatch(Objects::nonNull)) {
          series.add(Series.of(name(run, measure), rounds(run).rounds(), values));
        }
      }
    }
    return new Chart(
        id,
        Kind.LINES,
        title,
        Words.sentences(runs, summary),
        "round",
        unit,
        null,
        List.of(),
        series,
        Sql.byRound(runs, columns));
  }

  private String name(RunView run, Measure measure) {
    return measure.name().isEmpty() ? run.name() : label(run, measure.name());
  }

  private static RoundCurves rounds(RunView run) {
    return run.rounds().orElseThrow();
  }

  private Chart overRounds() {
    return chart(
        "training-rounds",
        "Nats over rounds",
        "round",
        Sql.trainingByRound(runs),
        (run, round) -> (double) round);
  }

  private Chart overTime() {
    return chart(
        "training-time",
        "Nats over training time",
        "minutes in rounds",
        Sql.trainingByTime(runs),
        (run, round) -> rounds(run).secondsAt(round) / 60);
  }

  private Chart chart(
      String id, String title, String x, String sql, BiFunction<RunView, Integer, Double> place) {
    List<Series> series = new ArrayList<>();
    for (RunView run : runs) {
      series.add(trainingOf(run, place));
      run.evaluations().stream()
          .limit(MOST_EVALUATIONS)
          .forEach(evaluation -> series.add(evaluationOf(run, evaluation, place)));
    }
    return new Chart(
        id,
        Kind.LINES,
        title,
        Words.sentences(runs, RoundCharts::progress),
        x,
        "nats per image",
        top(series),
        List.of(),
        series,
        sql);
  }

  private Series trainingOf(RunView run, BiFunction<RunView, Integer, Double> place) {
    RoundCurves rounds = rounds(run);
    List<Double> x = rounds.rounds().stream().map(round -> place.apply(run, round)).toList();
    return Series.of(label(run, "training"), x, rounds.values(Point::trainNats));
  }

  private Series evaluationOf(
      RunView run, List<Scoring> evaluation, BiFunction<RunView, Integer, Double> place) {
    List<Scoring> scored =
        evaluation.stream().filter(scoring -> scoring.ensemble().isPresent()).toList();
    return new Series(
        label(run, Words.ofCurve(evaluation.get(0))),
        scored.stream().map(scoring -> place.apply(run, scoring.key().round())).toList(),
        scored.stream().map(scoring -> scoring.ensemble().orElseThrow().nats()).toList(),
        scored.stream().map(scoring -> scoring.ensemble().orElseThrow().error()).toList());
  }

  private String label(RunView run, String what) {
    return runs.size() == 1 ? what : run.name() + ": " + what;
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

  private static String progress(RunView run) {
    RoundCurves rounds = rounds(run);
    return "training went from %.1f nats to %.1f in %,d rounds"
        .formatted(
            rounds.points().get(0).trainNats(), rounds.last().trainNats(), rounds.last().round());
  }
}
