package org.lmconv.jobs.ingest;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.security.AccessControlException;

/** A file, or a picture in it, is not what it should be; the message says why, without its name. */
final class BadFileException extends IOException {
  private static final long serialVersionUID = 1;

  BadFileException(String reason) {
    super(reason);
  }

  BadFileException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /**
   * What an exception says of a file that was read.
   *
   * @throws IOException the exception itself if it is of the file system: Spark tries again
   */
  static BadFileException of(IOException e) throws IOException {
    if (e instanceof BadFileException fault) {
      return fault;
    } else if (e instanceof EOFException) {
      return new BadFileException("its end is missing", e);
    } else if (e instanceof ZipException) {
      return new BadFileException("it is no whole gzip file", e);
    } else if (e instanceof ChecksumException) {
      return new BadFileException("its checksum is wrong", e);
    } else if (e instanceof FileNotFoundException
        || e instanceof NoSuchFileException
        || e instanceof AccessControlException
        || e instanceof AccessDeniedException) { // Hadoop's and Java's own
      return new BadFileException("it cannot be opened", e);
    }
    throw e;
  }
}
