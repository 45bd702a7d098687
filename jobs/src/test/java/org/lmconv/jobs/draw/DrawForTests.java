package org.lmconv.jobs.draw;

import java.io.IOException;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.Keys.CompleteKeys;
import org.lmconv.jobs.conf.Keys.SampleKeys;

/** Draws images, for the tests of other packages. */
public final class DrawForTests {
  private DrawForTests() {}

  /** Completes and returns what was printed. */
  public static String complete(String... words) throws IOException {
    return TinyRuns.printed("complete", CompleteKeys.class, Complete::run, words);
  }

  /** Samples and returns what was printed. */
  public static String sample(String... words) throws IOException {
    return TinyRuns.printed("sample", SampleKeys.class, Sample::run, words);
  }
}
