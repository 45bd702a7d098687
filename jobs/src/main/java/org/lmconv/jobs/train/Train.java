package org.lmconv.jobs.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.page.Report;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.session.SparkSessions;

/** The command {@code train}: trains a model, or goes on with a run that was interrupted. */
public final class Train {
  private static final String[] OF_A_RUN = {
    "seed", "data", "orders", "binarize", "binarize-seed", "init-from", "model", "train"
  };

  private Train() {}

  /**
   * Trains to the last round, then scores, and writes the report of the run.
   *
   * @throws UserError if the data, the run directory or the cluster are not fit for it
   */
  public static void run(JobConfig given, PrintStream out) throws IOException {
    JobConfig settings = settings(SparkSessions.files(), given, out);
    TrainKeys keys = settings.as(TrainKeys.class);
    try (SparkSession spark = SparkSessions.forTraining("lmconv train", keys.train().workers())) {
      Trainer.fit(ImagesTable.open(spark, keys.data()), settings, out);
      if (keys.train().report()) {
        report(spark, keys.run(), out);
      }
    }
  }

  /**
   * All settings of a training: a run that goes on has those that it was started with, where no
   * others are given, and one that starts from a checkpoint its network.
   *
   * @param out is told what was taken over
   * @throws UserError if something that is no run lives in its directory
   */
  static JobConfig settings(Configuration hadoop, JobConfig given, PrintStream out)
      throws IOException {
    String run = given.as(TrainKeys.class).run();
    Optional<JobConfig> before = RunDirectory.at(hadoop, run).config();
    if (before.isEmpty()) {
      return FirstState.withNetwork(hadoop, given);
    }
    JobConfig complete = given.over(before.get(), OF_A_RUN);
    String taken =
        ConfigLoader.keys().stream()
            .filter(key -> !complete.valueOf(key).equals(given.valueOf(key)))
            .map(key -> key + "=" + complete.valueOf(key).replace("\"", ""))
            .collect(Collectors.joining(" "));
    if (!taken.isEmpty()) {
      out.printf("as run %s was set up: %s%n", run, taken);
    }
    return complete;
  }

  /** What was trained is kept whatever happens here, so the command does not fail. */
  static void report(SparkSession spark, String run, PrintStream out) {
    try {
      Report.write(spark, RunDirectory.at(spark.sparkContext().hadoopConfiguration(), run), out);
    } catch (IOException | RuntimeException e) {
      out.printf(
          "there is no report: %s; to try again: bin/lmconv report run=%s%n",
          Causes.root(e).getMessage(), run);
    }
  }
}
