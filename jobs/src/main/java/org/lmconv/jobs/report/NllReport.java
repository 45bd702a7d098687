package org.lmconv.jobs.report;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.report.ScoringPlan.Labels;
import org.lmconv.model.Seeds;
import org.lmconv.model.parameter.ParameterVector;

/** Scores images and keeps the rows in a directory of Parquet files. */
final class NllReport {
  private static final int MOST_IMAGES_PER_TASK = 5000;

  /** More than one, for progress to be seen and a slow machine to be waited for less. */
  private static final int TASKS_PER_SLOT = 8;

  private final SparkSession spark;
  private final Path directory;
  private final PrintStream out;

  NllReport(SparkSession spark, Path directory, PrintStream out) {
    this.spark = spark;
    this.directory = directory;
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
      write(spark.createDataFrame(rows, NllRows.SCHEMA), plan);
    } finally {
      broadcast.destroy();
    }
    return read(plan).orElseThrow();
  }

  /** What an equal scoring left here, if there was one. */
  Optional<NllSummary> read(ScoringPlan plan) throws IOException {
    String[] parts =
        Arrays.stream(parts(plan)).map(file -> file.getPath().toString()).toArray(String[]::new);
    return parts.length == 0
        ? Optional.empty()
        : Optional.of(NllSummary.of(spark.read().parquet(parts), plan));
  }

  /** The files of a scoring, none if there was no such scoring. */
  private FileStatus[] parts(ScoringPlan plan) throws IOException {
    FileStatus[] found = files().globStatus(new Path(directory, prefix(plan) + "*.parquet"));
    return found == null ? new FileStatus[0] : found;
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

  /** Writes aside, then moves the finished files in. */
  private void write(Dataset<Row> rows, ScoringPlan plan) throws IOException {
    FileSystem files = files();
    Path aside = new Path(directory, "_writing-" + prefix(plan));
    try {
      rows.write().mode(SaveMode.Overwrite).parquet(aside.toString());
      for (FileStatus old : parts(plan)) {
        files.delete(old.getPath(), false);
      }
      FileStatus[] written = files.globStatus(new Path(aside, "part-*.parquet"));
      for (int i = 0; i < written.length; i++) {
        Path target = new Path(directory, "%s%05d.parquet".formatted(prefix(plan), i));
        if (!files.rename(written[i].getPath(), target)) {
          throw new IOException("cannot rename %s to %s".formatted(written[i].getPath(), target));
        }
      }
    } finally {
      files.delete(aside, true);
    }
  }

  private FileSystem files() throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    return directory.getFileSystem(hadoop);
  }
}
