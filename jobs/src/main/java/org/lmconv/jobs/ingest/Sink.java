package org.lmconv.jobs.ingest;

import java.io.IOException;

/** Takes what is read of a source. */
interface Sink {

  /** Takes an image. */
  void image(Found image) throws IOException;

  /**
   * Takes a fault of a file, or of one image of a table.
   *
   * @param file its name or id
   * @param fault why it was not read, or not to its end
   * @param images of it that were taken nonetheless
   * @throws org.lmconv.jobs.UserError if faults are not to be skipped
   */
  void fault(String file, BadFileException fault, long images) throws IOException;

  /** Counts bytes that were read. */
  void read(long bytes);

  /** The images that were taken so far. */
  long images();
}
