package org.lmconv.jobs.train;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.SparkSessions;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;

/** Trains a tiny model, for the tests of other packages. */
public final class TrainForTests {
  private TrainForTests() {}

  /** Trains and returns what was printed. */
  public static String train(String... words) throws IOException {
    Printed out = new Printed();
    Train.run(TestSpark.session(), TinyRuns.config(words), out);
    return out.text();
  }

  /** Goes on with a run as the command does, with its own settings but for these words. */
  public static String goOn(String... words) throws IOException {
    Printed out = new Printed();
    JobConfig given = ConfigLoader.load(Optional.empty(), List.of(words), "train", TrainKeys.class);
    Train.run(TestSpark.session(), RunSettings.complete(SparkSessions.files(), given, out), out);
    return out.text();
  }
}
