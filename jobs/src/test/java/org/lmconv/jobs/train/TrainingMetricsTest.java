package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.Docs;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.run.RunTable.NllSummaryRow;

/** Reads what Spark serves to Prometheus while runs train. */
class TrainingMetricsTest {
  private static final Pattern GAUGE =
      Pattern.compile("metrics_test_driver_lmconv_(\\w+)_Value\\{type=\"gauges\"\\} (\\S+)");
  private static final List<String> OF_ROUNDS =
      List.of(
          "round",
          "images_seen",
          "train_nats",
          "train_bits_per_dim",
          "learning_rate",
          "images_per_second",
          "compute_share",
          "broadcast_seconds",
          "compute_seconds",
          "collect_seconds",
          "update_seconds",
          "checkpoint_seconds",
          "rss_bytes",
          "driver_rss_bytes");

  private static final NllSummaryRow ENSEMBLE =
      new NllSummaryRow(
          "id",
          0,
          "tiny",
          "test",
          "ensemble",
          "all",
          7,
          2,
          0.1,
          1,
          0.05,
          "parameters",
          "none",
          "",
          "",
          "");

  @TempDir private Path folder;
  private String data;

  @BeforeEach
  void makeImages() {
    data = TinyRuns.table(folder);
  }

  /** Asks Spark at the moment in which a run says something. */
  private static final class Asking extends PrintStream {
    final Map<String, Map<String, Double>> answers = new HashMap<>();
    private final List<String> moments;

    Asking(String... moments) {
      super(nullOutputStream());
      this.moments = List.of(moments);
    }

    @Override
    public PrintStream printf(String format, Object... values) {
      String line = String.format(Locale.ROOT, format, values);
      for (String moment : moments) {
        if (line.contains(moment)) {
          answers.putIfAbsent(moment, scrape());
        }
      }
      return this;
    }
  }

  private static Map<String, Double> scrape() {
    String ui = TestSpark.session().sparkContext().uiWebUrl().get();
    String port = ui.substring(ui.lastIndexOf(':'));
    URI uri = URI.create("http://127.0.0.1" + port + "/metrics/prometheus/");
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      return GAUGE
          .matcher(response.body())
          .results()
          .collect(
              Collectors.toMap(
                  (MatchResult gauge) -> gauge.group(1),
                  gauge -> Double.parseDouble(gauge.group(2))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void train(String run, PrintStream out, String... words) throws IOException {
    String[] all =
        Stream.concat(Stream.of("run=" + folder.resolve(run), "data=" + data), Stream.of(words))
            .toArray(String[]::new);
    TrainForTests.train(out, TinyRuns.config(all));
  }

  private Map<String, Double> row(String run, String table, String where, String... columns) {
    Row row =
        TestSpark.session()
            .read()
            .parquet(folder.resolve(run).resolve(table).toString())
            .where(where)
            .first();
    Map<String, Double> values = new HashMap<>();
    for (String column : columns) {
      values.put(column, row.<Number>getAs(column).doubleValue());
    }
    return values;
  }

  private Map<String, Double> round(String run, int round) {
    return row(run, "rounds", "round = " + round, OF_ROUNDS.toArray(String[]::new));
  }

  @Test
  void showTheRoundsAndTheScoresOfARunWhileItTrains() throws IOException {
    Asking spark = new Asking("going on", "round 3/4", "round 4/4", "after round 4");
    train("run", spark, "train.rounds=2", "train.ema-decay=0.5");
    assertThat(scrape()).as("after the run").isEmpty();
    train("run", spark, "train.ema-decay=0.5", "train.evaluate-every=3");

    assertThat(spark.answers.get("going on")).as("before the first round").isEmpty();
    assertThat(spark.answers.get("round 3/4")).isEqualTo(round("run", 3));
    // By then the third round has been scored, and in both ways.
    Map<String, Double> last = spark.answers.get("round 4/4");
    List<String> names = new ArrayList<>(OF_ROUNDS);
    names.addAll(
        List.of(
            "ensemble_round",
            "ensemble_nats",
            "ensemble_bits_per_dim",
            "ema_ensemble_nats",
            "ema_ensemble_bits_per_dim"));
    assertThat(documented()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(last).containsOnlyKeys(names).containsAllEntriesOf(round("run", 4));
    assertThat(last).containsEntry("ensemble_round", 3.0);
    for (String weights : List.of("parameters", "ema")) {
      String prefix = weights.equals("ema") ? "ema_ensemble_" : "ensemble_";
      String where = "round = 3 AND order = 'ensemble' AND weights = '%s'".formatted(weights);
      row("run", "nll_summary", where, "nats", "bits_per_dim")
          .forEach((column, value) -> assertThat(last).containsEntry(prefix + column, value));
    }
    assertThat(scrape()).as("after the run").isEmpty();
  }

  /** The names in the manual's table. */
  private static List<String> documented() throws IOException {
    return Docs.tableBelow(Docs.page("monitoring"), "| metric").stream()
        .map(line -> line.split("\\|")[1])
        .flatMap(line -> Pattern.compile("`(\\w+)`").matcher(line).results())
        .map(name -> name.group(1))
        .toList();
  }

  @Test
  void areGoneAfterARunThatFailedAndThereForTheNext() throws IOException {
    Asking spark = new Asking("round 1/4", "round 1/2");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () ->
                train(
                    "burst",
                    spark,
                    "train.learning-rate=1e38",
                    "train.warmup-images=0",
                    "train.decay-share=0"));
    assertThat(spark.answers.get("round 1/4")).containsEntry("round", 1.0);
    assertThat(scrape()).isEmpty();
    train("next", spark, "train.rounds=2", "seed=2");
    assertThat(spark.answers.get("round 1/2")).isEqualTo(round("next", 1));
  }

  /** A gauge that somebody else shows under one of the names. */
  private static final class Squatter implements Source {
    private final MetricRegistry registry = new MetricRegistry();

    Squatter() {
      registry.gauge("train_nats", () -> () -> -1.0);
    }

    @Override
    public String sourceName() {
      return "lmconv";
    }

    @Override
    public MetricRegistry metricRegistry() {
      return registry;
    }
  }

  @Test
  void doNotStopARunWhoseNamesAreTaken() throws IOException {
    Source squatter = new Squatter();
    SparkEnv.get().metricsSystem().registerSource(squatter);
    try {
      Asking spark = new Asking("round 1/1");
      train("run", spark, "train.rounds=1");
      assertThat(spark.answers.get("round 1/1"))
          .containsEntry("train_nats", -1.0)
          .containsEntry("round", 1.0);
    } finally {
      SparkEnv.get().metricsSystem().removeSource(squatter);
    }
  }

  @Test
  void doNotStopARunOnASparkWithoutThem() {
    Printed out = new Printed();
    Supplier<MetricsSystem> another =
        () -> {
          throw new NoSuchMethodError("registerSource");
        };
    try (TrainingMetrics metrics = TrainingMetrics.begin(another, out)) {
      metrics.scored(0, List.of(ENSEMBLE));
    }
    assertThat(out.text()).isEqualTo("Spark's monitors do not see this run: registerSource\n");
  }
}
