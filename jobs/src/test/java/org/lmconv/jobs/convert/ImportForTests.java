package org.lmconv.jobs.convert;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.Keys.ImportKeys;

/** Imports for tests of other packages. */
public final class ImportForTests {
  private ImportForTests() {}

  /** Imports, and returns what was printed. */
  public static String run(String... words) throws IOException {
    Printed out = new Printed();
    Import.run(
        ConfigLoader.load(Optional.empty(), List.of(words), "import", ImportKeys.class), out);
    return out.text();
  }
}
