package org.lmconv.jobs.report;

import java.io.IOException;
import java.io.PrintStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Checkpoints;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.orders.Region;

/** The command {@code nll}: scores an images table with a checkpoint. */
public final class Nll {
  private Nll() {}

  /**
   * Scores and prints.
   *
   * @throws UserError if there is no such checkpoint or table, or they do not go together
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    try (SparkSession spark = SparkSessions.forTasks("lmconv nll", config)) {
      run(spark, config, out);
    }
  }

  static void run(SparkSession spark, JobConfig given, PrintStream out) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Checkpoint checkpoint = Checkpoints.read(hadoop, checkpoint(hadoop, given));
    Path reports = reports(given, checkpoint.directory());
    JobConfig config = given.over(checkpoint.config());
    ImagesTable table = ImagesTable.open(spark, config.data());
    requireShape(table, checkpoint);
    Region region = config.regionOn(checkpoint.model().image().grid());
    Scoring scoring = new Scoring(spark, config, checkpoint.model(), table, region, reports, out);
    out.printf("checkpoint %s%n", RunDirectory.location(checkpoint.directory()));
    scoring.score(checkpoint.manifest().runId(), checkpoint.state());
    out.printf("rows are in %s%n", RunDirectory.location(reports));
  }

  static Path checkpoint(Configuration hadoop, JobConfig config) throws IOException {
    if (!config.checkpoint().isEmpty()) {
      Path given = new Path(config.checkpoint());
      return given.getFileSystem(hadoop).makeQualified(given); // its parents are asked for later
    }
    return RunDirectory.at(hadoop, config.run())
        .checkpoints()
        .newest()
        .orElseThrow(
            () ->
                new UserError(
                    "run=%s has no checkpoint; train it first, or name another run=DIR"
                        .formatted(config.run())));
  }

  /** Beside the checkpoints, in RUN/nll, unless the user says where. */
  private static Path reports(JobConfig config, Path checkpoint) {
    if (!config.out().isEmpty()) {
      return new Path(config.out());
    }
    Path parent = checkpoint.getParent();
    if (parent == null || !parent.getName().equals(RunDirectory.CHECKPOINTS)) {
      throw new UserError(
          "checkpoint=%s is not in a run; say where its rows go with out=DIR"
              .formatted(config.checkpoint()));
    }
    return new Path(parent.getParent(), "nll");
  }

  private static void requireShape(ImagesTable table, Checkpoint checkpoint) {
    if (!table.shape().equals(checkpoint.model().image())) {
      throw new UserError(
          "images of %s are %s, but the model of %s is for %s; name a table of such images"
              .formatted(
                  table.name(), table.shape(), checkpoint.directory(), checkpoint.model().image()));
    }
  }
}
