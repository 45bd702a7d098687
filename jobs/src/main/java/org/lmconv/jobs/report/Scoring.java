package org.lmconv.jobs.report;

import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.executor.Placement;
import org.lmconv.jobs.report.ScoringPlan.Labels;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.TrainingState;
import org.lmconv.orders.OrderSet;

/** Scores one split of an images table with the states of a run. */
public final class Scoring {
  private final NllReport report;
  private final JobConfig config;
  private final ModelSpec model;
  private final OrderSet orders;
  private final Placement placement;
  private final String dataset;
  private final ImageSplit split;
  private final PrintStream out;

  /**
   * @param config says which split, orders and binarisation
   * @param directory of the reports
   * @throws org.lmconv.jobs.UserError if the table has no such split, the images are not of the
   *     model's shape, or an order does not fit them
   */
  public Scoring(
      SparkSession spark,
      JobConfig config,
      ModelSpec model,
      ImagesTable table,
      Path directory,
      PrintStream out) {
    this.report = new NllReport(spark, directory, out);
    this.config = config;
    this.model = model;
    this.orders = config.ordersOn(model.image().grid());
    int slots = spark.sparkContext().defaultParallelism();
    this.placement =
        Placement.of(spark.sparkContext().getConf(), config.device(), config.execution(), slots);
    this.dataset = table.name();
    this.split = table.split(config.split()).sample(config.score().images());
    this.out = out;
  }

  /** Scores the parameters of a state, and their moving average if it has one; prints the means. */
  public void score(String runId, TrainingState state) throws IOException {
    for (Map.Entry<String, ParameterVector> weights : weights(state).entrySet()) {
      ScoringPlan plan = plan(runId, state.round(), weights.getKey());
      report.score(plan, split, weights.getValue()).print(out);
    }
  }

  /** Prints what was scored before, and scores only what was not. */
  public void scoreOnce(String runId, TrainingState state) throws IOException {
    for (Map.Entry<String, ParameterVector> weights : weights(state).entrySet()) {
      ScoringPlan plan = plan(runId, state.round(), weights.getKey());
      // Another number of images is another scoring, in the place of that one.
      Optional<NllSummary> before =
          report.read(plan).filter(summary -> summary.images() == split.count());
      NllSummary summary =
          before.isPresent() ? before.get() : report.score(plan, split, weights.getValue());
      summary.print(out);
    }
  }

  private static Map<String, ParameterVector> weights(TrainingState state) {
    Map<String, ParameterVector> weights = new LinkedHashMap<>();
    weights.put(Labels.PARAMETERS, state.parameters());
    state.ema().ifPresent(ema -> weights.put(Labels.EMA, ema));
    return weights;
  }

  private ScoringPlan plan(String runId, int round, String weights) {
    ImageEncoder encoder = ImageEncoder.of(model, config);
    Labels labels = new Labels(runId, round, dataset, config.split(), weights);
    return new ScoringPlan(model, encoder, orders, config.score().batchSize(), placement, labels);
  }
}
