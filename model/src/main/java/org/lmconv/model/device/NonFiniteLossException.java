package org.lmconv.model.device;

/** The loss of a batch, or its gradient, is infinite or NaN. Nothing has been updated. */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what is not finite
   */
  public NonFiniteLossException(String message) {
    super(message);
  }
}
