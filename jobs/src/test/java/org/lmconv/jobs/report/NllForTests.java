package org.lmconv.jobs.report;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.KeySet;

/** Scores images, for the tests of other packages. */
public final class NllForTests {
  private NllForTests() {}

  /** Scores and returns what was printed. */
  public static String nll(String... words) throws IOException {
    Printed out = new Printed();
    Nll.run(
        TestSpark.session(),
        ConfigLoader.load(Optional.empty(), List.of(words), "nll", KeySet.NLL),
        out);
    return out.text();
  }
}
