package org.lmconv.jobs.score;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.jobs.run.TaskProgress;
import org.lmconv.model.parameter.ParameterVector;

/**
 * Scores images and keeps the rows in a directory of Parquet files, and their means in a second one
 * beside it.
 */
final class NllReport {
  private static final int MOST_IMAGES_PER_TASK = 5000;

  /** More than one, for progress to be seen and a slow machine to be waited for less. */
  private static final int TASKS_PER_SLOT = 8;

  private static final String SUMMARY = "summary";

  private final SparkSession spark;
  private final RowFiles rows;
  private final RowFiles summaries;
  private final PrintStream out;

  NllReport(SparkSession spark, Path directory, PrintStream out) {
    this.spark = spark;
    this.rows = new RowFiles(spark, directory);
    this.summaries = new RowFiles(spark, summaries(directory));
    this.out = out;
  }

  /**
   * Beside the rows and not below them, where programs that read whole trees would take them for
   * rows.
   */
  private static Path summaries(Path directory) {
    return directory.isRoot() ? new Path(directory, SUMMARY) : directory.suffix("_" + SUMMARY);
  }

  /**
   * Scores images and writes their rows, in the place of those of an equal scoring.
   *
   * @return mean and standard error per order, read from what was written
   */
  NllSummary score(ScoringPlan plan, ImageSplit split, ParameterVector parameters)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int slots = context.defaultParallelism();
    int tasks = (int) Math.max(slots * TASKS_PER_SLOT, split.count() / MOST_IMAGES_PER_TASK);
    LongAccumulator scored = spark.sparkContext().longAccumulator("images scored");
    Broadcast<ParameterVector> broadcast = context.broadcast(parameters);
    try (TaskProgress progress = new TaskProgress()) {
      progress.start(out, "scored %d/%d images%n", scored, split.count());
      JavaRDD<Row> scores =
          split
              .images()
              .repartition(tasks)
              .mapPartitions(new PartitionScorer(plan, broadcast, scored));
      rows.write(spark.createDataFrame(scores, NllRows.SCHEMA), prefix(plan));
    } finally {
      broadcast.destroy();
    }
    NllSummary summary = read(plan).orElseThrow();
    keep(summary);
    return summary;
  }

  /** Writes a summary, in the place of that of an equal scoring. */
  void keep(NllSummary summary) throws IOException {
    Dataset<Row> lines = spark.createDataFrame(SummaryRows.of(summary), SummaryRows.SCHEMA);
    summaries.write(lines.coalesce(1), prefix(summary.plan()));
  }

  /** What an equal scoring left here, if there was one. */
  Optional<NllSummary> read(ScoringPlan plan) throws IOException {
    return rows.read(prefix(plan)).map(found -> NllSummary.of(found, plan));
  }

  /** The same for the same scoring of the same checkpoint, so that its rows are replaced. */
  private static String prefix(ScoringPlan plan) {
    Labels labels = plan.labels();
    return RowFiles.prefix(
        String.join(" ", how(plan)),
        "nll",
        "%06d".formatted(labels.round()),
        labels.dataset(),
        labels.split(),
        labels.weights());
  }

  /**
   * What tells scorings of the same images and weights apart. All of it is in the rows too, so that
   * readers can tell them apart; a file with an order or a mask counts by its name. Maps do not
   * count: with and without them the rows have the same numbers, and a reader who finds both would
   * count each image twice.
   */
  private static List<String> how(ScoringPlan plan) {
    ScoringMethod method = plan.method();
    List<String> how = new ArrayList<>();
    how.add(plan.labels().runId()); // several runs may write their scores to one directory
    how.add(method.orderNames());
    how.add(method.encoder().describeBinarization());
    // Only where they are not the usual ones, so that rows of earlier versions are replaced.
    if (!method.region().name().equals(Regions.ALL)) {
      how.add("region " + method.region().name());
    }
    if (method.leavesOrdersOut()) {
      how.add("ensemble " + method.ensembleNames());
    }
    return how;
  }
}
