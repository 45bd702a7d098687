package org.lmconv.jobs.base;

/**
 * A fault of the caller. The message is one sentence that names the thing, its value and the
 * remedy; the command line prints it alone and exits with 2. Executors may throw it: the command
 * line finds it inside what Spark wraps around it.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A fault that is told in these words. */
  public UserError(String message) {
    super(message);
  }

  /** The same, found when {@code cause} was thrown. */
  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
