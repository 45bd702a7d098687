package org.lmconv.jobs.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** What one value of the key "what" does. */
@FunctionalInterface
interface Measurement {
  /** Takes a row as soon as it is known, so that a long measurement that is stopped leaves some. */
  @FunctionalInterface
  interface Rows {
    void add(ObjectNode row) throws IOException;
  }

  /** Measures everything. */
  void run(Rows rows) throws IOException;
}
