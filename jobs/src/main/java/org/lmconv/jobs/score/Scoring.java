package org.lmconv.jobs.score;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.NllKeys;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.MeanNats;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.orders.Region;

/** Scores one split of an images table with the states of a run. */
public final class Scoring {
  private final NllReport report;
  private final ScoringMethod method;
  private final String dataset;
  private final String splitName;
  private final ImageSplit split;
  private final PrintStream out;

  /**
   * @param config says which split, orders, ensemble and binarisation
   * @param region whose pixels are scored, given all others
   * @param directory of the reports
   * @throws org.lmconv.jobs.UserError if the table has no such split, the images are not of the
   *     model's shape, an order does not fit them or does not visit the region last, or the
   *     ensemble has an order that is not scored
   */
  public Scoring(
      SparkSession spark,
      JobConfig config,
      ModelSpec model,
      ImagesTable table,
      Region region,
      Path directory,
      PrintStream out) {
    this.report = new NllReport(spark, directory, out);
    this.method = ScoringMethod.of(spark, config, model, region);
    this.dataset = table.name();
    NllKeys keys = config.as(NllKeys.class);
    this.splitName = keys.split();
    this.split = table.split(splitName).sample(keys.score().images());
    this.out = out;
  }

  /**
   * Scores the parameters of a state, and their moving average if it has one; prints the means.
   *
   * @return them
   */
  public List<MeanNats> score(String runId, TrainingState state) throws IOException {
    List<MeanNats> means = new ArrayList<>();
    for (Map.Entry<String, ParameterVector> weights : weights(state).entrySet()) {
      ScoringPlan plan = plan(runId, state.round(), weights.getKey());
      means.addAll(told(report.score(plan, split, weights.getValue())));
    }
    return means;
  }

  private List<MeanNats> told(NllSummary summary) {
    summary.print(out);
    return summary.means();
  }

  /**
   * Prints what was scored before, and scores only what was not.
   *
   * @return the means
   */
  public List<MeanNats> scoreOnce(String runId, TrainingState state) throws IOException {
    List<MeanNats> means = new ArrayList<>();
    for (Map.Entry<String, ParameterVector> weights : weights(state).entrySet()) {
      ScoringPlan plan = plan(runId, state.round(), weights.getKey());
      // Another number of images is another scoring, in the place of that one.
      Optional<NllSummary> before =
          report.read(plan).filter(summary -> summary.images() == split.count());
      if (before.isPresent()) {
        report.keep(before.get()); // its driver may have died before it did
        means.addAll(told(before.get()));
      } else {
        means.addAll(told(report.score(plan, split, weights.getValue())));
      }
    }
    return means;
  }

  private static Map<String, ParameterVector> weights(TrainingState state) {
    Map<String, ParameterVector> weights = new LinkedHashMap<>();
    weights.put(Checkpoint.PARAMETERS, state.parameters());
    state.ema().ifPresent(ema -> weights.put(Checkpoint.EMA, ema));
    return weights;
  }

  private ScoringPlan plan(String runId, int round, String weights) {
    Labels labels = new Labels(runId, round, dataset, splitName, weights);
    return new ScoringPlan(method, labels);
  }
}
