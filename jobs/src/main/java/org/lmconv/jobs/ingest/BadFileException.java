package org.lmconv.jobs.ingest;

import java.io.IOException;

/** A file, or a picture in it, is not what it should be; the message says why, without its name. */
final class BadFileException extends IOException {
  private static final long serialVersionUID = 1;

  BadFileException(String reason) {
    super(reason);
  }

  BadFileException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
