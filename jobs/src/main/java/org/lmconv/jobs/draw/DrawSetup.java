package org.lmconv.jobs.draw;

import java.io.PrintStream;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.executor.MachineMemory;
import org.lmconv.jobs.executor.Placement;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.orders.OrderSet;

/**
 * What both commands are told.
 *
 * @param saved the model
 * @param directory of the rows
 * @param orders to draw in
 */
record DrawSetup(
    SparkSession spark, SavedModel saved, Path directory, OrderSet orders, PrintStream out) {
  static DrawSetup of(SparkSession spark, SavedModel saved, PrintStream out) {
    Path directory = saved.reports(RunDirectory.COMPLETIONS);
    OrderSet orders = saved.config().ordersOn(saved.checkpoint().model().image().grid());
    return new DrawSetup(spark, saved, directory, orders, out);
  }

  JobConfig config() {
    return saved.config();
  }

  ModelSpec model() {
    return saved.checkpoint().model();
  }

  /**
   * The plan.
   *
   * @param draws of each image
   * @param batchImages that are drawn at once, each so often
   * @throws org.lmconv.jobs.UserError if this machine is to draw and has too little memory
   */
  DrawPlan plan(String dataset, String split, int draws, int batchImages) {
    Checkpoint checkpoint = saved.checkpoint();
    DrawPlan plan =
        new DrawPlan(
            model(),
            ImageEncoder.of(model(), config()),
            config().draw().temperature(),
            config().seed(),
            draws,
            batchImages,
            Placement.of(
                spark.sparkContext().getConf(), config().device(), config().execution(), slots()),
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

  int slots() {
    return spark.sparkContext().defaultParallelism();
  }

  /**
   * The report of a plan.
   *
   * @param command that draws
   * @param how all that tells the job from others with the same model and images
   */
  DrawReport report(String command, DrawPlan plan, List<?> how) {
    String all =
        "%s %s %s %d %d %s"
            .formatted(
                plan.labels(),
                plan.temperature(),
                plan.encoder().describeBinarization(),
                plan.seed(),
                plan.draws(),
                how);
    String prefix =
        RowFiles.prefix(
            all,
            command,
            "%06d".formatted(plan.labels().round()),
            plan.labels().dataset(),
            plan.labels().split());
    return new DrawReport(spark, directory, prefix, out);
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

  /** Says what came of it. */
  void tellEnd(String what, double nats) {
    out.printf("%s, %.2f nats each for what was drawn%n", what, nats);
    out.printf("rows are in %s%n", RunDirectory.location(directory));
  }
}
