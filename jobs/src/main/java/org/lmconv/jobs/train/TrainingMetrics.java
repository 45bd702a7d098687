package org.lmconv.jobs.train;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RunTable;
import org.lmconv.jobs.run.RunTable.NllSummaryRow;

/**
 * What a training run shows to the monitors that Spark serves, such as Prometheus: the numbers of
 * the newest round, and of the newest scoring. A number that is not known yet is absent: 0 would be
 * a lie, and not every sink can say NaN.
 *
 * <p>Nothing that is wrong with monitors stops a run.
 */
final class TrainingMetrics implements Source, AutoCloseable {
  private final MetricRegistry registry = new MetricRegistry();
  private final Supplier<MetricsSystem> spark;
  private final PrintStream out;
  private boolean shown = true;
  private volatile RoundReport newest;
  private volatile int scoredRound;
  private volatile NllSummaryRow ensemble;
  private volatile NllSummaryRow emaEnsemble;

  private TrainingMetrics(Supplier<MetricsSystem> spark, PrintStream out) {
    this.spark = spark;
    this.out = out;
  }

  /**
   * Shows them from now on.
   *
   * @param out is told if they cannot be shown
   */
  static TrainingMetrics begin(PrintStream out) {
    return begin(() -> SparkEnv.get().metricsSystem(), out);
  }

  static TrainingMetrics begin(Supplier<MetricsSystem> spark, PrintStream out) {
    TrainingMetrics metrics = new TrainingMetrics(spark, out);
    metrics.attempt(() -> spark.get().registerSource(metrics));
    return metrics;
  }

  @Override
  public String sourceName() {
    return "lmconv";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  void finished(RoundReport report) {
    newest = report;
    show("round", () -> newest.round());
    for (String curve : report.curves().keySet()) {
      String column = curve.substring(curve.indexOf('/') + 1);
      show(column, () -> newest.curves().getOrDefault(curve, Double.NaN));
    }
  }

  void scored(int round, List<NllSummaryRow> scores) {
    for (NllSummaryRow score : scores) {
      if (score.order().equals(RunTable.ENSEMBLE)) {
        if (score.weights().equals(Checkpoint.EMA)) {
          emaEnsemble = score;
          show("ema_ensemble_nats", () -> emaEnsemble.nats());
          show("ema_ensemble_bits_per_dim", () -> emaEnsemble.bitsPerDim());
        } else {
          ensemble = score;
          show("ensemble_nats", () -> ensemble.nats());
          show("ensemble_bits_per_dim", () -> ensemble.bitsPerDim());
        }
      }
    }
    scoredRound = round;
    show("ensemble_round", () -> scoredRound);
  }

  /** Spark hears of gauges that come later than their source. */
  private void show(String name, Gauge<Number> value) {
    attempt(() -> registry.gauge(name, () -> value));
  }

  /** Shows them no more. */
  @Override
  public void close() {
    attempt(() -> spark.get().removeSource(this));
  }

  /** Once one has failed, no more are made. */
  private void attempt(Runnable step) {
    if (!shown) {
      return;
    }
    try {
      step.run();
    } catch (RuntimeException | LinkageError e) { // LinkageError: Spark may change its own classes
      shown = false;
      out.printf("Spark's monitors do not see this run: %s%n", e.getMessage());
    }
  }
}
