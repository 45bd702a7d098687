package org.lmconv.jobs;

import static java.util.Arrays.asList;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * What the queries of the cookbook have to say, computed from the rows one by one. The runs are
 * known here: quickstart has 4 rounds, is scored in every second and has a moving average of the
 * parameters; wide has 22 rounds and is scored after the last.
 */
final class CookbookAnswers {
  private static final Map<String, Integer> NEWEST =
      new TreeMap<>(Map.of("quickstart", 4, "wide", 22));
  private static final List<String> ORDERS =
      Stream.of("0 1 2 3 4 5 6 7".split(" ")).map("s_curve/"::concat).toList();
  private static final List<String> SCORED =
      Stream.concat(ORDERS.stream(), Stream.of("ensemble")).toList();

  private final Map<String, List<Row>> rounds = new TreeMap<>();
  private final Map<String, List<Row>> scores = new TreeMap<>();

  private CookbookAnswers() {}

  /** By the title of a query: the names of the columns, then the rows. */
  static Map<String, List<List<Object>>> of(Path runs) {
    CookbookAnswers answers = new CookbookAnswers();
    for (String run : NEWEST.keySet()) {
      answers.rounds.put(run, rows(runs.resolve(run).resolve("rounds")));
      List<Row> nll = rows(runs.resolve(run).resolve("nll"));
      answers.scores.put(run, nll.stream().filter(row -> isUsual(run, row)).toList());
    }
    return Map.of(
        "Training curve", answers.curve(),
        "Orders", answers.orders(),
        "Worst images", answers.worst(),
        "Time per phase", answers.phases(),
        "Two runs", answers.twoRuns());
  }

  private static List<Row> rows(Path table) {
    return TestSpark.session()
        .read()
        .option("mergeSchema", true)
        .parquet(table.toString())
        .collectAsList();
  }

  /** Whether a row is of the scoring that training makes, of the better weights. */
  private static boolean isUsual(String run, Row row) {
    String orders = String.join(",", ORDERS);
    return row.getAs("split").equals("test")
        && row.getAs("region").equals("all")
        && row.getAs("weights").equals(run.equals("quickstart") ? "ema" : "parameters")
        && row.getAs("binarize").equals("dynamic(1)")
        && row.getAs("orders").equals(orders)
        && !"".equals(row.getAs("scoring"))
        && (row.getAs("ensemble") == null || row.getAs("ensemble").equals(orders));
  }

  private static List<List<Object>> table(String columns) {
    return new ArrayList<>(List.of(List.of((Object[]) columns.split(" "))));
  }

  private List<Row> scores(String run, int round, String order) {
    return scores.get(run).stream()
        .filter(row -> row.<Integer>getAs("round") == round && row.getAs("order").equals(order))
        .toList();
  }

  private List<Row> newest(String run, String order) {
    return scores(run, NEWEST.get(run), order);
  }

  private static double[] values(List<Row> rows, String column) {
    return rows.stream().mapToDouble(row -> row.<Double>getAs(column)).toArray();
  }

  private static double mean(double... values) {
    return DoubleStream.of(values).sum() / values.length;
  }

  private static double standardError(double... values) {
    double mean = mean(values);
    double squares = DoubleStream.of(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }

  private List<List<Object>> curve() {
    List<List<Object>> curve = table("run round images_seen train_nats mean_of_20 ensemble_nats");
    for (String run : NEWEST.keySet()) {
      List<Row> scored = scores(run, 0, "ensemble");
      if (!scored.isEmpty()) { // before there is a round
        curve.add(asList(run, 0, null, null, null, mean(values(scored, "nats"))));
      }
      List<Row> inTurn =
          rounds.get(run).stream()
              .sorted(Comparator.comparingInt(row -> row.<Integer>getAs("round")))
              .toList();
      for (int round = 1; round <= inTurn.size(); round++) {
        Row row = inTurn.get(round - 1);
        List<Row> last20 = inTurn.subList(Math.max(0, round - 20), round);
        scored = scores(run, round, "ensemble");
        curve.add(
            asList(
                run,
                round,
                row.getAs("images_seen"),
                row.getAs("train_nats"),
                mean(values(last20, "train_nats")),
                scored.isEmpty() ? null : mean(values(scored, "nats"))));
      }
    }
    return curve;
  }

  private List<List<Object>> orders() {
    List<List<Object>> orders = table("run order images nats se bits_per_dim");
    for (String run : NEWEST.keySet()) {
      for (String order : SCORED) {
        double[] nats = values(newest(run, order), "nats");
        double bits = mean(values(newest(run, order), "bits_per_dim"));
        orders.add(asList(run, order, 7, mean(nats), standardError(nats), bits));
      }
    }
    return orders;
  }

  private List<List<Object>> worst() {
    List<List<Object>> worst = table("image_id label nats");
    newest("quickstart", "ensemble").stream()
        .sorted(Comparator.comparingDouble(row -> -row.<Double>getAs("nats")))
        .limit(5)
        .forEach(
            row -> worst.add(asList(row.getAs("image_id"), row.getAs("label"), row.getAs("nats"))));
    return worst;
  }

  private List<List<Object>> phases() {
    List<List<Object>> phases =
        table("run rounds broadcast compute collect driver checkpoints compute_share");
    for (String run : NEWEST.keySet()) {
      double[] seconds =
          Stream.of("broadcast", "compute", "collect", "update", "checkpoint")
              .mapToDouble(
                  phase -> DoubleStream.of(values(rounds.get(run), phase + "_seconds")).sum())
              .toArray();
      List<Object> row = new ArrayList<>(List.of(run, NEWEST.get(run)));
      Arrays.stream(seconds).forEach(row::add);
      row.add(seconds[1] / DoubleStream.of(seconds).sum());
      phases.add(row);
    }
    return phases;
  }

  private List<List<Object>> twoRuns() {
    List<List<Object>> pairs = table("run other order images difference se");
    for (String order : SCORED) {
      double[] differences =
          newest("quickstart", order).stream()
              .mapToDouble(row -> inWide(row) - row.<Double>getAs("nats"))
              .toArray();
      double mean = mean(differences);
      pairs.add(asList("quickstart", "wide", order, 7, mean, standardError(differences)));
    }
    return pairs;
  }

  /** Nats of the image and order of a row, in the newest scoring of wide. */
  private double inWide(Row of) {
    return newest("wide", of.getAs("order")).stream()
        .filter(row -> Objects.equals(row.getAs("image_id"), of.getAs("image_id")))
        .findAny()
        .orElseThrow()
        .<Double>getAs("nats");
  }
}
