package org.lmconv.jobs.train;

import java.io.IOException;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;

/** Trains a tiny model, for the tests of other packages. */
public final class TrainForTests {
  private TrainForTests() {}

  /** Trains and returns what was printed. */
  public static String train(String... words) throws IOException {
    Printed out = new Printed();
    Train.run(TestSpark.session(), TinyRuns.config(words), out);
    return out.text();
  }
}
