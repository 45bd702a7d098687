package org.lmconv.jobs.draw;

import static org.apache.spark.sql.functions.avg;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.SampleKeys;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.draw.BatchDrawer.Batch;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.RunTable;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.run.TaskProgress;
import org.lmconv.jobs.session.MachineMemory;
import org.lmconv.jobs.session.Placement;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.Region;
import org.lmconv.orders.picture.Picture;

/**
 * What both commands do: a model draws batches, the rows go to Parquet files of a directory, and a
 * contact sheet beside it.
 *
 * @param saved the model
 * @param directory of the rows
 * @param orders to draw in
 */
record DrawJob(
    SparkSession spark, SavedModel saved, Path directory, OrderSet orders, PrintStream out) {
  private static final int TASKS_PER_SLOT = 4;
  private static final int MOST_BATCHES = 500; // of a task

  static DrawJob of(SparkSession spark, SavedModel saved, PrintStream out) {
    Path directory = saved.reports(RunTable.COMPLETIONS.directory());
    OrderSet orders = saved.config().ordersOn(saved.checkpoint().model().image().grid());
    return new DrawJob(spark, saved, directory, orders, out);
  }

  JobConfig config() {
    return saved.config();
  }

  ModelSpec model() {
    return saved.checkpoint().model();
  }

  JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /**
   * The plan.
   *
   * @param draws of each image
   * @param batchImages that are drawn at once, each so often
   * @throws org.lmconv.jobs.base.UserError if this machine is to draw and has too little memory
   */
  DrawPlan plan(String dataset, String split, int draws, int batchImages) {
    Checkpoint checkpoint = saved.checkpoint();
    SampleKeys keys = config().as(SampleKeys.class); // complete has them too
    DrawPlan plan =
        new DrawPlan(
            model(),
            ImageEncoder.of(model(), config()),
            keys.draw().temperature(),
            keys.seed(),
            draws,
            batchImages,
            Placement.of(
                spark.sparkContext().getConf(), keys.device(), config().execution(), slots()),
            new Labels(
                checkpoint.manifest().runId(),
                checkpoint.state().round(),
                dataset,
                split,
                checkpoint.weightsName()));
    if (plan.placement().local()) {
      plan.requireMemory(slots(), MachineMemory.totalBytes()); // elsewhere the tasks look
    }
    return plan;
  }

  private int slots() {
    return spark.sparkContext().defaultParallelism();
  }

  /**
   * Tasks for so many batches: more than can run at once, for a slow machine to be waited for less.
   */
  int tasks(long batches) {
    return (int) Math.min(batches, Math.max(TASKS_PER_SLOT * slots(), batches / MOST_BATCHES));
  }

  /**
   * The prefix of a job's files: the same for the same job, whose files are replaced.
   *
   * @param images how many, and of which table
   * @param region that is drawn
   */
  String prefix(String command, DrawPlan plan, String images, String region) {
    Labels labels = plan.labels();
    String identity =
        RowFiles.identity(
            labels,
            plan.temperature(),
            plan.encoder().describeBinarization(),
            plan.seed(),
            plan.draws(),
            plan.placement().execution().precision(),
            orders,
            images,
            region);
    return RowFiles.prefix(
        identity, command, "%06d".formatted(labels.round()), labels.dataset(), labels.split());
  }

  /** Says which model draws. */
  void tellModel() {
    out.printf("checkpoint %s%n", RunDirectory.location(saved.checkpoint().directory()));
  }

  /** Says what is about to be done, and with how much memory. */
  void tell(DrawPlan plan, String what) {
    out.printf(
        "%s; a task draws %d at once and keeps their features, about %d MB%n",
        what, plan.batchRows(), Math.max(1, plan.bytes() >> 20));
  }

  /**
   * Draws, and says what came of it.
   *
   * @param rows that will come of it
   * @param what the rows are, in words
   * @return what was written
   */
  Dataset<Row> draw(DrawPlan plan, JavaRDD<Batch> batches, String prefix, long rows, String what)
      throws IOException {
    RowFiles files = new RowFiles(spark, directory);
    LongAccumulator drawn = spark.sparkContext().longAccumulator("images drawn");
    Broadcast<ParameterVector> parameters = context().broadcast(saved.checkpoint().weights());
    try (TaskProgress progress = new TaskProgress()) {
      progress.start(out, "drew %d/%d images%n", drawn, rows);
      JavaRDD<Row> results = batches.mapPartitions(new BatchDrawer(plan, parameters, drawn));
      files.write(spark.createDataFrame(results, RunTable.COMPLETIONS.schema()), prefix);
    } finally {
      parameters.destroy();
    }
    Dataset<Row> written = files.read(prefix).orElseThrow();
    double nats = written.agg(avg("nats")).first().getDouble(0);
    out.printf("%s, %.2f nats each for what was drawn%n", what, nats);
    out.printf("rows are in %s%n", RunDirectory.location(directory));
    return written;
  }

  /** An image as a contact sheet shows it; the pixels of a hole are not shown. */
  Picture image(byte[] pixels, Region hole) {
    int channels = model().image().channels();
    return Picture.image(hole.grid(), channels, pixels, hole, Picture.sheetScale(hole.grid()));
  }

  /** Writes a contact sheet and says where, and how to read it. */
  void writeSheet(String prefix, int columns, List<Picture> images, String explanation)
      throws IOException {
    byte[] png = Picture.sheet(columns, images).png();
    // Beside the rows: readers of a directory take everything in it for Parquet.
    Path file = new Path(directory.suffix("_sheets"), prefix.replaceFirst("-$", ".png"));
    try (OutputStream to =
        file.getFileSystem(spark.sparkContext().hadoopConfiguration()).create(file, true)) {
      to.write(png);
    }
    out.printf("contact sheet, %s: %s%n", explanation, RunDirectory.location(file));
  }
}
