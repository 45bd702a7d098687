package org.lmconv.jobs.score;

import java.io.IOException;
import java.io.PrintStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.NllKeys;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.session.SparkSessions;
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
    SavedModel read = SavedModel.read(spark.sparkContext().hadoopConfiguration(), given);
    NllKeys keys = read.config().as(NllKeys.class);
    Path reports = read.reports(RunDirectory.NLL);
    ImagesTable table = ImagesTable.open(spark, keys.data());
    SavedModel saved = read.on(table);
    Checkpoint checkpoint = saved.checkpoint();
    Region region = Regions.on("region", keys.region(), checkpoint.model().image().grid());
    Scoring scoring =
        new Scoring(spark, saved.config(), checkpoint.model(), table, region, reports, out);
    out.printf("checkpoint %s%n", RunDirectory.location(checkpoint.directory()));
    scoring.score(checkpoint.manifest().runId(), checkpoint.state());
    out.printf("rows are in %s%n", RunDirectory.location(reports));
  }
}
