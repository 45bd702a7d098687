package org.lmconv.jobs;

/** The caller's fault, told in one line that names the thing, its value and the remedy. */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
