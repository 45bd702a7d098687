package org.lmconv.jobs.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.lmconv.jobs.page.Chart.Kind;
import org.lmconv.jobs.page.Chart.Series;
import org.lmconv.jobs.page.RoundCurves.Point;

/** What rounds cost: time, throughput and memory. */
final class RoundCharts {
  private static final double MEGABYTE = 1 << 20;

  private final List<RunView> runs;

  /**
   * @param runs those that trained
   */
  RoundCharts(List<RunView> runs) {
    this.runs = runs;
  }

  List<Chart> all() {
    return List.of(phases(), computeShare(), throughput(), memory());
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
    if (measure.name().isEmpty()) {
      return run.name();
    }
    return runs.size() == 1 ? measure.name() : run.name() + ": " + measure.name();
  }

  private static RoundCurves rounds(RunView run) {
    return run.rounds().orElseThrow();
  }
}
