package org.lmconv.jobs.page;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.page.Chart.Kind;
import org.lmconv.jobs.page.Chart.Series;
import org.lmconv.jobs.page.Scores.Key;
import org.lmconv.jobs.page.Scores.Line;
import org.lmconv.jobs.page.Scores.Scoring;
import org.lmconv.jobs.run.RunTable;

/** How likely the images are: per order, and image by image. */
final class ScoreCharts {
  private static final int MOST_REGIONS = 4; // of a run

  private final List<RunView> runs;

  ScoreCharts(List<RunView> runs) {
    this.runs = runs;
  }

  /** Nats of whole images per order, and of each region that a run has scored. */
  List<Chart> perOrder() {
    List<Chart> charts = new ArrayList<>();
    List<RunView> scored = scored();
    if (!scored.isEmpty()) {
      charts.add(
          chart(
              "orders-all",
              "Nats per order",
              scored,
              scored.stream().map(run -> run.mainScoring().orElseThrow()).toList()));
    }
    for (RunView run : runs) {
      regions(run)
          .forEach(
              scoring ->
                  charts.add(
                      chart(
                          "orders-" + charts.size(),
                          "Nats of region %s given the rest%s"
                              .formatted(
                                  scoring.key().region(),
                                  runs.size() == 1 ? "" : ", " + run.name()),
                          List.of(run),
                          List.of(scoring))));
    }
    return charts;
  }

  private static List<Scoring> regions(RunView run) {
    return run.scores().stream()
        .flatMap(scores -> scores.scorings().stream())
        .filter(scoring -> !scoring.key().wholeImages())
        .limit(MOST_REGIONS)
        .toList();
  }

  private List<RunView> scored() {
    return runs.stream().filter(run -> run.mainScoring().isPresent()).toList();
  }

  private Chart chart(String id, String title, List<RunView> of, List<Scoring> scorings) {
    Set<String> orders = new LinkedHashSet<>();
    scorings.forEach(scoring -> scoring.lines().forEach(line -> orders.add(line.order())));
    // Last, also where another run has other orders.
    orders.remove(RunTable.ENSEMBLE);
    orders.add(RunTable.ENSEMBLE);
    List<Series> series = new ArrayList<>();
    for (int run = 0; run < scorings.size(); run++) {
      series.add(series(of.get(run).name(), scorings.get(run), orders));
    }
    return new Chart(
        id,
        Kind.POINTS,
        title,
        Words.sentences(of, run -> summary(scorings.get(of.indexOf(run)))),
        "order",
        "nats per image, ± one standard error",
        null,
        List.copyOf(orders),
        series,
        Sql.perOrder(of, scorings.stream().map(Scoring::key).toList()));
  }

  private static String summary(Scoring scoring) {
    return Words.of(scoring)
        + scoring.ensemble().map(line -> ": ensemble " + Words.nats(line)).orElse("");
  }

  private static Series series(String name, Scoring scoring, Set<String> orders) {
    List<Double> nats = new ArrayList<>(Collections.nCopies(orders.size(), null));
    List<Double> errors = new ArrayList<>(nats);
    List<String> places = List.copyOf(orders);
    for (Line line : scoring.lines()) {
      nats.set(places.indexOf(line.order()), line.nats());
      errors.set(places.indexOf(line.order()), line.error());
    }
    return new Series(name, List.of(), nats, errors);
  }

  /** How many images have how many nats; nothing if no whole image was scored. */
  List<Chart> histogram() {
    List<RunView> scored =
        scored().stream()
            .filter(run -> run.mainScoring().orElseThrow().ensemble().isPresent())
            .toList();
    if (scored.isEmpty()) {
      return List.of();
    }
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (RunView run : scored) {
      double[] range = run.scores().orElseThrow().range(key(run));
      least = Math.min(least, range[0]);
      most = Math.max(most, range[1]);
    }
    Histogram bins = Histogram.over(least, most);
    List<Series> series = new ArrayList<>();
    for (RunView run : scored) {
      List<Double> counts = bins.counts(run.scores().orElseThrow().ensembleOf(key(run)));
      // Runs may have been scored on different numbers of images.
      series.add(
          Series.of(run.name(), bins.middles(), scored.size() == 1 ? counts : percent(counts)));
    }
    return List.of(
        new Chart(
            "histogram",
            Kind.HISTOGRAM,
            "Nats of single images, ensemble of the orders",
            "From %.1f to %.1f nats, in bins of %.1f.".formatted(least, most, bins.width()),
            "nats",
            scored.size() == 1 ? "images" : "percent of the images",
            null,
            List.of(),
            series,
            Sql.imageNats(scored, scored.stream().map(ScoreCharts::key).toList())));
  }

  private static List<Double> percent(List<Double> counts) {
    double all = counts.stream().mapToDouble(Double::doubleValue).sum();
    return counts.stream().map(count -> 100 * count / all).toList();
  }

  private static Key key(RunView run) {
    return run.mainScoring().orElseThrow().key();
  }

  /**
   * Bins of equal width for the nats of images, the same for all runs of a page.
   *
   * @param from where the first bin begins, nats
   * @param width of a bin, nats
   */
  record Histogram(double from, double width) {
    private static final int BINS = 40;

    /** Bins for values in a range, of which both ends are in a bin. */
    static Histogram over(double least, double most) {
      return new Histogram(least, most > least ? (most - least) / BINS : 1);
    }

    /** The middles of the bins. */
    List<Double> middles() {
      return IntStream.range(0, BINS).mapToObj(bin -> from + (bin + .5) * width).toList();
    }

    /** How many images are in each bin: [bins]. */
    List<Double> counts(Dataset<Row> nats) {
      List<Double> counts = new ArrayList<>(Collections.nCopies(BINS, 0.0));
      // The greatest value of all is the end of the last bin, and counts as in it.
      nats.groupBy(least(floor(col("nats").minus(from).divide(width)), lit(BINS - 1L)).as("bin"))
          .agg(count(lit(1)))
          .collectAsList()
          .forEach(row -> counts.set((int) row.getLong(0), (double) row.getLong(1)));
      return counts;
    }
  }
}
