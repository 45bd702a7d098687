package org.lmconv.jobs.report;

import java.io.IOException;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.report.ScoringPlan.Labels;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.model.Seeds;
import org.lmconv.model.parameter.ParameterVector;

/** Scores images and keeps the rows in a directory of Parquet files. */
final class NllReport {
  private static final int MOST_IMAGES_PER_TASK = 5000;

  /** More than one, for progress to be seen and a slow machine to be waited for less. */
  private static final int TASKS_PER_SLOT = 8;

  private final SparkSession spark;
  private final RowFiles files;
  private final PrintStream out;

  NllReport(SparkSession spark, Path directory, PrintStream out) {
    this.spark = spark;
    this.files = new RowFiles(spark, directory);
    this.out = out;
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
    try (ScoringProgress progress = new ScoringProgress()) {
      progress.start(out, scored, split.count());
      JavaRDD<Row> rows =
          split
              .images()
              .repartition(tasks)
              .mapPartitions(new PartitionScorer(plan, broadcast, scored));
      files.write(spark.createDataFrame(rows, NllRows.SCHEMA), prefix(plan));
    } finally {
      broadcast.destroy();
    }
    return read(plan).orElseThrow();
  }

  /** What an equal scoring left here, if there was one. */
  Optional<NllSummary> read(ScoringPlan plan) throws IOException {
    return files.read(prefix(plan)).map(rows -> NllSummary.of(rows, plan));
  }

  /** The same for the same scoring of the same checkpoint, so that its rows are replaced. */
  private static String prefix(ScoringPlan plan) {
    Labels labels = plan.labels();
    // The run too, for several runs may write their scores to one directory.
    String how =
        String.join(" ", labels.runId(), plan.orderNames(), plan.encoder().describeBinarization());
    return "nll-%06d-%s-%s-%s-%s-"
        .formatted(
            labels.round(),
            labels.dataset().replaceAll("[^A-Za-z0-9_]", "_"),
            labels.split().replaceAll("[^A-Za-z0-9_]", "_"),
            labels.weights(),
            HexFormat.of().toHexDigits(Seeds.of(how)).substring(0, 8));
  }
}
