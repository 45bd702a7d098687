package org.lmconv.jobs.draw;

import java.io.IOException;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.KeySet;

/** Draws images, for the tests of other packages. */
public final class DrawForTests {
  private DrawForTests() {}

  /** Completes and returns what was printed. */
  public static String complete(String... words) throws IOException {
    return TinyRuns.printed("complete", KeySet.COMPLETE, Complete::run, words);
  }

  /** Samples and returns what was printed. */
  public static String sample(String... words) throws IOException {
    return TinyRuns.printed("sample", KeySet.SAMPLE, Sample::run, words);
  }
}
