package org.lmconv.jobs.score;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.NllKeys;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.jobs.run.RunTable;
import org.lmconv.jobs.run.RunTable.NllSummaryRow;
import org.lmconv.jobs.run.TaskProgress;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.orders.Region;

/**
 * Scores one split of an images table with the states of a run; keeps the rows in a directory of
 * Parquet files, and their means in a second one beside it.
 */
public final class Scoring {
  private static final int MOST_IMAGES_PER_TASK = 5000;

  /** More than one, for progress to be seen and a slow machine to be waited for less. */
  private static final int TASKS_PER_SLOT = 8;

  private final SparkSession spark;
  private final ScoringMethod method;
  private final String dataset;
  private final String splitName;
  private final ImageSplit split;
  private final String identity;
  private final RowFiles rows;
  private final RowFiles summaries;
  private final PrintStream out;

  /**
   * @param config says which split, orders, ensemble and binarisation
   * @param region whose pixels are scored, given all others
   * @param directory of the rows
   * @throws org.lmconv.jobs.base.UserError if the table has no such split, the images are not of
   *     the model's shape, an order does not fit them or does not visit the region last, or the
   *     ensemble has an order that is not scored
   */
  public Scoring(
      SparkSession spark,
      JobConfig config,
      ModelSpec model,
      ImagesTable table,
      Region region,
      Path directory,
      PrintStream out)
      throws IOException {
    this.spark = spark;
    this.method = ScoringMethod.of(spark, config, model, region);
    this.dataset = table.name();
    NllKeys keys = config.as(NllKeys.class);
    this.splitName = keys.split();
    this.split = table.split(splitName).sample(keys.score().images());
    this.identity =
        RowFiles.identity(method.identity(), table.location(), splitName, split.count());
    this.rows = new RowFiles(spark, directory);
    this.summaries = new RowFiles(spark, summaries(directory));
    this.out = out;
  }

  /**
   * Beside the rows and not below them, where programs that read whole trees would take them for
   * rows.
   */
  private static Path summaries(Path directory) {
    return directory.isRoot() ? new Path(directory, "summary") : directory.suffix("_summary");
  }

  /**
   * Scores the parameters of a state, and their moving average if it has one; prints the means.
   *
   * @return them
   */
  public List<NllSummaryRow> score(String runId, TrainingState state) throws IOException {
    return score(runId, state, false);
  }

  /** The same, but what was scored before is only printed. */
  public List<NllSummaryRow> scoreOnce(String runId, TrainingState state) throws IOException {
    return score(runId, state, true);
  }

  /** Whether a state was scored before, with these images and this method. */
  public boolean isDone(String runId, TrainingState state) throws IOException {
    for (String weights : weights(state).keySet()) {
      if (summaries.read(plan(runId, state, weights).prefix()).isEmpty()) {
        return false; // rows without a summary are those of a driver that died
      }
    }
    return true;
  }

  private static Map<String, ParameterVector> weights(TrainingState state) {
    Map<String, ParameterVector> weights = new LinkedHashMap<>();
    weights.put(Checkpoint.PARAMETERS, state.parameters());
    state.ema().ifPresent(ema -> weights.put(Checkpoint.EMA, ema));
    return weights;
  }

  private ScoringPlan plan(String runId, TrainingState state, String weights) {
    Labels labels = new Labels(runId, state.round(), dataset, splitName, weights);
    return new ScoringPlan(method, labels, identity);
  }

  private List<NllSummaryRow> score(String runId, TrainingState state, boolean once)
      throws IOException {
    List<NllSummaryRow> means = new ArrayList<>();
    for (Map.Entry<String, ParameterVector> each : weights(state).entrySet()) {
      ScoringPlan plan = plan(runId, state, each.getKey());
      if (!once || rows.read(plan.prefix()).isEmpty()) {
        write(plan, each.getValue());
      }
      List<NllSummaryRow> summary = plan.summarise(rows.read(plan.prefix()).orElseThrow());
      keep(plan, summary); // of an earlier scoring too: its driver may have died before it did
      plan.print(summary, out);
      means.addAll(summary);
    }
    return means;
  }

  /** Scores the images and writes their rows, in the place of those of an equal scoring. */
  private void write(ScoringPlan plan, ParameterVector parameters) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int slots = context.defaultParallelism();
    int tasks = (int) Math.max(slots * TASKS_PER_SLOT, split.count() / MOST_IMAGES_PER_TASK);
    LongAccumulator scored = spark.sparkContext().longAccumulator("images scored");
    Broadcast<ParameterVector> broadcast = context.broadcast(parameters);
    try (TaskProgress progress = new TaskProgress()) {
      progress.start(out, "scored %d/%d images%n", scored, split.count());
      JavaRDD<Row> scores =
          split.images().repartition(tasks).mapPartitions(scorer(plan, broadcast, scored));
      rows.write(spark.createDataFrame(scores, RunTable.NLL.schema()), plan.prefix());
    } finally {
      broadcast.destroy();
    }
  }

  /** Makes the rows of images, and counts the images. */
  static TaskScorer<Image> scorer(
      ScoringPlan plan, Broadcast<ParameterVector> parameters, LongAccumulator scored) {
    return new TaskScorer<>(
        plan.method(),
        parameters,
        image -> image,
        (image, scores) -> {
          scored.add(1);
          return plan.rows(image, scores);
        });
  }

  /** Writes a summary, in the place of that of an equal scoring. */
  private void keep(ScoringPlan plan, List<NllSummaryRow> means) throws IOException {
    List<Row> lines = means.stream().map(RunTable.NLL_SUMMARY::row).toList();
    summaries.write(
        spark.createDataFrame(lines, RunTable.NLL_SUMMARY.schema()).coalesce(1), plan.prefix());
  }
}
