package org.lmconv.jobs.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.run.RunDirectory;

/**
 * What training is told by more than its user: a run that goes on has the settings that it was
 * started with, where no others are given, and one that starts from a checkpoint its network.
 */
final class RunSettings {
  private static final String[] OF_A_RUN = {
    "seed", "data", "orders", "binarize", "binarize-seed", "init-from", "model", "train"
  };

  private RunSettings() {}

  /**
   * All settings of a training.
   *
   * @param out is told what was taken over
   * @throws org.lmconv.jobs.UserError if something that is no run lives in its directory
   */
  static JobConfig complete(Configuration hadoop, JobConfig given, PrintStream out)
      throws IOException {
    String run = given.as(TrainKeys.class).run();
    Optional<JobConfig> before = RunDirectory.at(hadoop, run).config();
    if (before.isEmpty()) {
      return Beginning.withNetwork(hadoop, given);
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
}
