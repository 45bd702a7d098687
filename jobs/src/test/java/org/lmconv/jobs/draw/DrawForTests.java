package org.lmconv.jobs.draw;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.KeySet;

/** Completes images, for the tests of other packages. */
public final class DrawForTests {
  private DrawForTests() {}

  /** Completes and returns what was printed. */
  public static String complete(String... words) throws IOException {
    Printed out = new Printed();
    Complete.run(
        TestSpark.session(),
        ConfigLoader.load(Optional.empty(), List.of(words), "complete", KeySet.COMPLETE),
        out);
    return out.text();
  }

  /** Samples and returns what was printed. */
  public static String sample(String... words) throws IOException {
    Printed out = new Printed();
    Sample.run(
        TestSpark.session(),
        ConfigLoader.load(Optional.empty(), List.of(words), "sample", KeySet.SAMPLE),
        out);
    return out.text();
  }
}
