package org.lmconv.jobs.score;

import java.io.IOException;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.Keys.NllKeys;

/** Scores images, for the tests of other packages. */
public final class NllForTests {
  private NllForTests() {}

  /** Scores and returns what was printed. */
  public static String nll(String... words) throws IOException {
    return TinyRuns.printed("nll", NllKeys.class, Nll::run, words);
  }
}
