package org.lmconv.jobs.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.lmconv.jobs.page.Chart.Kind;
import org.lmconv.jobs.page.Chart.Series;
import org.lmconv.jobs.page.RoundCurves.Point;
import org.lmconv.jobs.page.Scores.Scoring;

/** How far training got: nats over rounds, and over time. */
final class TrainingCharts {
  private static final int MOST_EVALUATIONS = 4; // of a run
  private static final double HEADROOM = 1.05;

  /** Share of a curve, from its left end on, that may be above the chart. */
  private static final double EARLY = .25;

  private final List<RunView> runs;

  /**
   * @param runs those that trained
   */
  TrainingCharts(List<RunView> runs) {
    this.runs = runs;
  }

  List<Chart> all() {
    return List.of(overRounds(), overTime());
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
        (run, round) -> run.rounds().orElseThrow().secondsAt(round) / 60);
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
        Words.sentences(runs, TrainingCharts::summary),
        x,
        "nats per image",
        top(series),
        List.of(),
        series,
        sql);
  }

  private Series trainingOf(RunView run, BiFunction<RunView, Integer, Double> place) {
    RoundCurves rounds = run.rounds().orElseThrow();
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

  private static String summary(RunView run) {
    RoundCurves rounds = run.rounds().orElseThrow();
    return "training went from %.1f nats to %.1f in %,d rounds"
        .formatted(
            rounds.points().get(0).trainNats(), rounds.last().trainNats(), rounds.last().round());
  }
}
