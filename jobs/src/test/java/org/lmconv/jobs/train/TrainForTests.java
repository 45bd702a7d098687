package org.lmconv.jobs.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.session.SparkSessions;

/** Trains a tiny model, for the tests of other packages. */
public final class TrainForTests {
  private TrainForTests() {}

  /** Trains and returns what was printed. */
  public static String train(String... words) throws IOException {
    Printed out = new Printed();
    train(out, TinyRuns.config(words));
    return out.text();
  }

  /** Goes on with a run as the command does, with its own settings but for these words. */
  public static String goOn(String... words) throws IOException {
    Printed out = new Printed();
    JobConfig given = ConfigLoader.load(Optional.empty(), List.of(words), "train", TrainKeys.class);
    train(out, Train.settings(SparkSessions.files(), given, out));
    return out.text();
  }

  static void train(PrintStream out, JobConfig settings) throws IOException {
    Trainer.fit(
        ImagesTable.open(TestSpark.session(), settings.as(TrainKeys.class).data()), settings, out);
  }
}
