package org.lmconv.jobs.draw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.TaskProgress;
import org.lmconv.model.parameter.ParameterVector;

/** Draws, and keeps the rows in a directory of Parquet files and contact sheets beside it. */
final class DrawReport {
  private static final int TASKS_PER_SLOT = 4;
  private static final int MOST_BATCHES = 500; // of a task

  private final SparkSession spark;
  private final Path directory;
  private final String prefix;
  private final PrintStream out;

  /**
   * @param prefix of the names of the files: the same for the same job, whose files are replaced
   */
  DrawReport(SparkSession spark, Path directory, String prefix, PrintStream out) {
    this.spark = spark;
    this.directory = directory;
    this.prefix = prefix;
    this.out = out;
  }

  /**
   * Draws.
   *
   * @param rows that will come of it
   * @return what was written
   */
  Dataset<Row> write(DrawPlan plan, JavaRDD<Batch> batches, long rows, ParameterVector parameters)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    RowFiles files = new RowFiles(spark, directory);
    LongAccumulator drawn = spark.sparkContext().longAccumulator("images drawn");
    Broadcast<ParameterVector> broadcast = context.broadcast(parameters);
    try (TaskProgress progress = new TaskProgress()) {
      progress.start(out, "drew %d/%d images%n", drawn, rows);
      JavaRDD<Row> results = batches.mapPartitions(new DrawTask(plan, broadcast, drawn));
      files.write(spark.createDataFrame(results, Drawn.SCHEMA), prefix);
    } finally {
      broadcast.destroy();
    }
    return files.read(prefix).orElseThrow();
  }

  /**
   * Tasks for so many batches: more than can run at once, for a slow machine to be waited for less.
   */
  static int tasks(long batches, int slots) {
    return (int) Math.min(batches, Math.max(TASKS_PER_SLOT * slots, batches / MOST_BATCHES));
  }

  /** Writes a contact sheet and says where, and how to read it. */
  void write(ContactSheet sheet, String explanation) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    sheet.write(png);
    // Beside the rows: readers of a directory take everything in it for Parquet.
    Path file = new Path(directory.suffix("_sheets"), prefix.replaceFirst("-$", ".png"));
    try (OutputStream to =
        file.getFileSystem(spark.sparkContext().hadoopConfiguration()).create(file, true)) {
      png.writeTo(to);
    }
    out.printf("contact sheet, %s: %s%n", explanation, RunDirectory.location(file));
  }
}
