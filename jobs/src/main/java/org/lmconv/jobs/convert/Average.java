package org.lmconv.jobs.convert;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.AverageKeys;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Checkpoints;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.NewRun;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.session.SparkSessions;
import org.lmconv.model.parameter.ParameterVector;

/**
 * The command {@code average}: the mean of the parameters of the last checkpoints of a run, as a
 * run of its own. It is without the optimiser, whose state belongs to one of them, and without the
 * moving average, which would be scored in its place.
 */
public final class Average {
  private Average() {}

  /**
   * Averages.
   *
   * @throws UserError if the run has not so many checkpoints, one is damaged, or the new run is
   *     there already or cannot be written
   */
  public static void run(JobConfig given, PrintStream out) throws IOException {
    AverageKeys keys = given.as(AverageKeys.class);
    String to = keys.to();
    if (to.isEmpty()) {
      throw new UserError("to is not given; name the folder of the run to make with to=DIR");
    }
    Configuration hadoop = SparkSessions.files();
    NewRun target = NewRun.at(hadoop, "to", to);
    List<Path> paths = newest(hadoop, keys);
    Checkpoint newest = Checkpoints.read(hadoop, paths.get(paths.size() - 1));
    TrainingState state =
        TrainingState.of(
            newest.state().round(),
            newest.state().imagesSeen(),
            mean(hadoop, paths),
            new InnerState.Fresh());
    Path checkpoint =
        target.write(
            newest.config().with(Map.of("run", to)), newest.model(), state, NewRun.NO_WORKERS);
    out.printf(
        "the mean of %s of run %s is in %s%n",
        paths.stream().map(Path::getName).collect(Collectors.joining(", ")),
        keys.run(),
        RunDirectory.location(checkpoint));
    out.printf("score it: bin/lmconv nll run=%s%n", to);
  }

  private static List<Path> newest(Configuration hadoop, AverageKeys keys) throws IOException {
    int last = keys.last();
    List<Path> paths = RunDirectory.at(hadoop, keys.run()).checkpoints().newest(last);
    if (paths.size() < last) {
      throw new UserError(
          "last=%d, but run=%s has %d checkpoints; train with train.keep-checkpoints=%d, or average fewer"
              .formatted(last, keys.run(), paths.size(), last));
    }
    return paths;
  }

  /** In double, so that equal parameters stay as they are. */
  private static ParameterVector mean(Configuration hadoop, List<Path> paths) throws IOException {
    double[] sums = {};
    for (Path path : paths) {
      float[] values = Checkpoints.read(hadoop, path).state().parameters().values();
      sums = Arrays.copyOf(sums, values.length);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
    }
    ParameterVector mean = ParameterVector.zeros(sums.length);
    for (int i = 0; i < sums.length; i++) {
      mean.values()[i] = (float) (sums[i] / paths.size());
    }
    return mean;
  }
}
