package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;

/** A feature map in a pass, and its gradient once backward has been there. */
public final class Feature {
  private final NDArray value;
  private final boolean differentiable;
  private NDArray gradient;

  /**
   * @param value in the layout of the {@link Operations} that made it
   * @param differentiable whether a gradient is wanted
   */
  public Feature(NDArray value, boolean differentiable) {
    this.value = value;
    this.differentiable = differentiable;
  }

  /** The feature map, in the layout of the {@link Operations} that made it. */
  public NDArray value() {
    return value;
  }

  boolean isDifferentiable() {
    return differentiable;
  }

  /** The gradient so far; null before any came. */
  public NDArray gradient() {
    return gradient;
  }

  void setGradient(NDArray gradient) {
    this.gradient = gradient;
  }
}
