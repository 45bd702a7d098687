package org.lmconv.jobs.ingest;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.security.AccessControlException;

/** Tells faults of a file from those of file systems, after which Spark tries again. */
final class Faults {
  private Faults() {}

  /** Reads one file. */
  @FunctionalInterface
  interface Body {
    void read() throws IOException;
  }

  /**
   * Reads a file; what is wrong with it goes to the sink.
   *
   * @throws IOException if anything else fails
   */
  static void catchOf(String file, Sink to, Body body) throws IOException {
    long before = to.images();
    try {
      body.read();
    } catch (BadFileException e) {
      to.fault(file, e, to.images() - before);
    } catch (EOFException e) {
      to.fault(file, new BadFileException("its end is missing", e), to.images() - before);
    } catch (ZipException e) {
      to.fault(file, new BadFileException("it is no whole gzip file", e), to.images() - before);
    } catch (ChecksumException e) {
      to.fault(file, new BadFileException("its checksum is wrong", e), to.images() - before);
    } catch (FileNotFoundException | AccessControlException e) {
      to.fault(file, new BadFileException("it cannot be opened", e), to.images() - before);
    }
  }
}
