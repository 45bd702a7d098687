package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Tensors;

/** A feature map in a pass, and its gradient once backward has been there. */
public final class Feature {
  private final boolean differentiable;
  private NDArray value;
  private NDArray gradient;

  /**
   * @param value in the layout of the {@link Operations} that made it
   * @param differentiable whether a gradient is wanted
   */
  public Feature(NDArray value, boolean differentiable) {
    this.value = value;
    this.differentiable = differentiable;
  }

  /**
   * The feature map, in the layout of the {@link Operations} that made it.
   *
   * @throws IllegalStateException if an operation took it
   */
  public NDArray value() {
    if (value == null) {
      throw new IllegalStateException("an operation has taken this feature map, to change it");
    }
    return value;
  }

  /** The feature map, for an operation that changes or frees it: nobody can read it after that. */
  NDArray take() {
    NDArray taken = value();
    value = null;
    return taken;
  }

  /** Frees the feature map, unless it was taken. */
  void close() {
    if (value != null) {
      value.close();
    }
  }

  boolean isDifferentiable() {
    return differentiable;
  }

  /** The gradient so far; null before any came. */
  public NDArray gradient() {
    return gradient;
  }

  NDArray takeGradient() {
    NDArray taken = gradient;
    gradient = null;
    return taken;
  }

  /** Adds to the gradient, or becomes it; {@code slope} is freed where no gradient is wanted. */
  void addGradient(NDArray slope) {
    if (!differentiable) {
      slope.close();
    } else if (gradient == null) {
      gradient = Tensors.kept(slope);
    } else {
      Kernels.apply("add_", gradient, slope);
      slope.close();
    }
  }
}
