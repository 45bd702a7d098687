package org.lmconv.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * What the queries of the cookbook have to say, computed from the rows one by one. The runs are
 * known here: quickstart has 4 rounds, is scored in every second and has a moving average of the
 * parameters; wide has 22 rounds and is scored after the last.
 */
final class CookbookAnswers {
  private static final List<String> RUNS = List.of("quickstart", "wide");
  private static final List<String> ORDERS =
      Stream.concat(
              Stream.of(0, 1, 2, 3, 4, 5, 6, 7).map(variant -> "s_curve/" + variant),
              Stream.of("ensemble"))
          .toList();

  private final Map<String, List<Row>> rounds = new TreeMap<>();
  private final Map<String, List<Row>> scores = new TreeMap<>();
  private final Map<String, List<Map<String, Object>>> answers = new TreeMap<>();

  private CookbookAnswers() {}

  static CookbookAnswers of(Path runs) {
    CookbookAnswers answers = new CookbookAnswers();
    for (String run : RUNS) {
      answers.rounds.put(run, rows(runs.resolve(run).resolve("rounds")));
      answers.scores.put(
          run, rows(runs.resolve(run).resolve("nll")).stream().filter(isUsual(run)).toList());
    }
    answers.answers.put("Training curve", answers.curve());
    answers.answers.put("Orders", answers.orders());
    answers.answers.put("Worst images", answers.worst());
    answers.answers.put("Time per phase", answers.phases());
    answers.answers.put("Two runs", answers.twoRuns());
    return answers;
  }

  private static List<Row> rows(Path table) {
    return TestSpark.session()
        .read()
        .option("mergeSchema", true)
        .parquet(table.toString())
        .collectAsList();
  }

  /** The scoring that training makes, of the better weights. */
  private static Predicate<Row> isUsual(String run) {
    String weights = run.equals("quickstart") ? "ema" : "parameters";
    String orders = String.join(",", ORDERS.subList(0, 8));
    return row ->
        row.getAs("split").equals("test")
            && row.getAs("region").equals("all")
            && row.getAs("weights").equals(weights)
            && row.getAs("binarize").equals("dynamic(1)")
            && row.getAs("orders").equals(orders)
            && (row.getAs("ensemble") == null || row.getAs("ensemble").equals(orders));
  }

  Set<String> titles() {
    return new TreeSet<>(answers.keySet());
  }

  List<Map<String, Object>> of(String title) {
    return answers.get(title);
  }

  private static Map<String, Object> columns(Object... namesAndValues) {
    Map<String, Object> columns = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      columns.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return columns;
  }

  private static int newest(String run) {
    return run.equals("quickstart") ? 4 : 22;
  }

  private List<Row> scores(String run, int round, String order) {
    return scores.get(run).stream()
        .filter(row -> row.<Integer>getAs("round") == round && row.getAs("order").equals(order))
        .toList();
  }

  private static double[] values(List<Row> rows, String column) {
    return rows.stream().mapToDouble(row -> row.<Double>getAs(column)).toArray();
  }

  private static double mean(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double standardError(double... values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }

  private List<Map<String, Object>> curve() {
    List<Map<String, Object>> curve = new ArrayList<>();
    for (String run : RUNS) {
      int first = scores(run, 0, "ensemble").isEmpty() ? 1 : 0;
      for (int round = first; round <= newest(run); round++) {
        int now = round;
        Row row = round(run, round);
        List<Row> before =
            rounds.get(run).stream()
                .filter(other -> other.<Integer>getAs("round") <= now)
                .filter(other -> other.<Integer>getAs("round") > now - 20)
                .toList();
        List<Row> scored = scores(run, round, "ensemble");
        curve.add(
            columns(
                "run", run,
                "round", round,
                "images_seen", row == null ? null : row.getAs("images_seen"),
                "train_nats", row == null ? null : row.getAs("train_nats"),
                "mean_of_20", row == null ? null : mean(values(before, "train_nats")),
                "ensemble_nats", scored.isEmpty() ? null : mean(values(scored, "nats"))));
      }
    }
    return curve;
  }

  /** Null for round 0, which is scored but not trained. */
  private Row round(String run, int round) {
    return rounds.get(run).stream()
        .filter(row -> row.<Integer>getAs("round") == round)
        .findAny()
        .orElse(null);
  }

  private List<Map<String, Object>> orders() {
    List<Map<String, Object>> orders = new ArrayList<>();
    for (String run : RUNS) {
      for (String order : ORDERS) {
        List<Row> rows = scores(run, newest(run), order);
        orders.add(
            columns(
                "run",
                run,
                "order",
                order,
                "images",
                7,
                "nats",
                mean(values(rows, "nats")),
                "se",
                standardError(values(rows, "nats")),
                "bits_per_dim",
                mean(values(rows, "bits_per_dim"))));
      }
    }
    return orders;
  }

  private List<Map<String, Object>> worst() {
    return scores("quickstart", 4, "ensemble").stream()
        .sorted(Comparator.comparingDouble(row -> -row.<Double>getAs("nats")))
        .limit(5)
        .map(
            row ->
                columns(
                    "image_id", row.getAs("image_id"),
                    "label", row.getAs("label"),
                    "nats", row.getAs("nats")))
        .toList();
  }

  private List<Map<String, Object>> phases() {
    List<Map<String, Object>> phases = new ArrayList<>();
    for (String run : RUNS) {
      double broadcast = sum(run, "broadcast_seconds");
      double compute = sum(run, "compute_seconds");
      double collect = sum(run, "collect_seconds");
      double update = sum(run, "update_seconds");
      double checkpoint = sum(run, "checkpoint_seconds");
      phases.add(
          columns(
              "run", run,
              "rounds", newest(run),
              "broadcast", broadcast,
              "compute", compute,
              "collect", collect,
              "driver", update,
              "checkpoints", checkpoint,
              "compute_share", compute / (broadcast + compute + collect + update + checkpoint)));
    }
    return phases;
  }

  private double sum(String run, String column) {
    double[] values = values(rounds.get(run), column);
    return mean(values) * values.length;
  }

  private List<Map<String, Object>> twoRuns() {
    return ORDERS.stream()
        .map(
            order -> {
              double[] differences =
                  scores("quickstart", 4, order).stream()
                      .mapToDouble(row -> nats("wide", row) - row.<Double>getAs("nats"))
                      .toArray();
              return columns(
                  "run",
                  "quickstart",
                  "other",
                  "wide",
                  "order",
                  order,
                  "images",
                  7,
                  "difference",
                  mean(differences),
                  "se",
                  standardError(differences));
            })
        .toList();
  }

  /** Of the image and order of a row, in the newest scoring of a run. */
  private double nats(String run, Row of) {
    return scores(run, newest(run), of.getAs("order")).stream()
        .filter(row -> Objects.equals(row.getAs("image_id"), of.getAs("image_id")))
        .findAny()
        .orElseThrow()
        .<Double>getAs("nats");
  }
}
