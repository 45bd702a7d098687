package org.lmconv.jobs.page;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.page.Chart.Kind;
import org.lmconv.jobs.page.Chart.Series;
import org.lmconv.jobs.page.Scores.Scoring;
import org.lmconv.jobs.run.RunTable;

/** How likely the images are: per order, and image by image. */
final class ScoreCharts {
  private static final int MOST_REGIONS = 4; // of a run

  private static final int BINS = 40; // of equal width, the same for all runs of a page

  private static final String RANGE =
      "SELECT min(nats), max(nats) FROM nll t WHERE t.order = 'ensemble' AND (%s)";

  /** The greatest value of all is the end of the last bin, and counts as in it. */
  static final String BINNED =
      """
      SELECT run, bin, count(*) AS images
      FROM (SELECT run, least(floor((nats - CAST('%s' AS DOUBLE)) / CAST('%s' AS DOUBLE)), %d) AS bin
            FROM nll t
            WHERE t.order = 'ensemble' AND (%s)) AS binned
      GROUP BY run, bin ORDER BY run, bin\
      """;

  private final RunTables tables;
  private final List<RunView> runs;

  ScoreCharts(RunTables tables, List<RunView> runs) {
    this.tables = tables;
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
    String sql =
        Scores.linesOf(
            IntStream.range(0, of.size())
                .mapToObj(run -> scorings.get(run).key().of(of.get(run).name()))
                .toList());
    List<Row> rows = tables.rows(sql);
    List<Series> series = of.stream().map(run -> series(run.name(), rows, orders)).toList();
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
        tables.duckDb(sql));
  }

  private static String summary(Scoring scoring) {
    return Words.of(scoring)
        + scoring.ensemble().map(line -> ": ensemble " + Words.nats(line)).orElse("");
  }

  private static Series series(String run, List<Row> rows, Set<String> orders) {
    List<Double> nats = new ArrayList<>(Collections.nCopies(orders.size(), null));
    List<Double> errors = new ArrayList<>(nats);
    List<String> places = List.copyOf(orders);
    for (Row row : rows) {
      if (row.getAs("run").equals(run)) {
        int place = places.indexOf(row.<String>getAs("order"));
        nats.set(place, row.getAs("nats"));
        errors.set(place, row.getAs("se"));
      }
    }
    return new Series(run, List.of(), nats, errors);
  }

  /** How many images have how many nats; nothing if no whole image was scored. */
  List<Chart> histogram() {
    List<String> where =
        scored().stream()
            .filter(run -> run.mainScoring().orElseThrow().ensemble().isPresent())
            .map(run -> run.mainScoring().orElseThrow().key().of(run.name()))
            .toList();
    return where.isEmpty() ? List.of() : List.of(histogram(String.join("\n   OR ", where)));
  }

  private Chart histogram(String where) {
    Row range = tables.rows(RANGE.formatted(where)).get(0);
    double least = range.getDouble(0);
    double most = range.getDouble(1);
    double width = most > least ? (most - least) / BINS : 1;
    String sql = BINNED.formatted(least, width, BINS - 1, where);
    Map<String, List<Double>> counts = new LinkedHashMap<>();
    for (Row row : tables.rows(sql)) {
      counts
          .computeIfAbsent(row.getAs("run"), run -> new ArrayList<>(Collections.nCopies(BINS, 0.)))
          .set(row.<Number>getAs("bin").intValue(), row.<Long>getAs("images").doubleValue());
    }
    List<Double> middles =
        IntStream.range(0, BINS).mapToObj(bin -> least + (bin + .5) * width).toList();
    List<Series> series = new ArrayList<>();
    // Runs may have been scored on different numbers of images.
    counts.forEach(
        (run, of) -> series.add(Series.of(run, middles, counts.size() == 1 ? of : percent(of))));
    series.sort(Comparator.comparing(each -> names().indexOf(each.name())));
    return new Chart(
        "histogram",
        Kind.HISTOGRAM,
        "Nats of single images, ensemble of the orders",
        "From %.1f to %.1f nats, in bins of %.1f.".formatted(least, most, width),
        "nats",
        counts.size() == 1 ? "images" : "percent of the images",
        null,
        List.of(),
        series,
        tables.duckDb(sql));
  }

  private List<String> names() {
    return runs.stream().map(RunView::name).toList();
  }

  private static List<Double> percent(List<Double> counts) {
    double all = counts.stream().mapToDouble(Double::doubleValue).sum();
    return counts.stream().map(count -> 100 * count / all).toList();
  }
}
