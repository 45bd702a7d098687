package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Precision;

/**
 * What a convolution does to its input before it reads it.
 *
 * @param nonlinearity first
 * @param scales then, factors {@code [N, C]} of a dropout, or null
 * @param precision last, of the convolution
 */
record Activation(Nonlinearity nonlinearity, NDArray scales, Precision precision) {

  /** {@code [N, H, W, C]} to {@code [N, H, W, C]}, or 2C; may be x itself. */
  NDArray apply(NDArray x) {
    return nonlinearity == Nonlinearity.NONE
        ? Kernels.cast(x, precision)
        : Kernels.cast(Kernels.tensor("elu", x, doubles(), factors(x)), precision);
  }

  /**
   * The gradient with respect to x.
   *
   * @param dy upstream gradient
   * @param activated what {@link #apply} made of x
   * @return dy itself where there is no nonlinearity
   */
  NDArray backward(NDArray dy, NDArray x, NDArray activated) {
    return nonlinearity == Nonlinearity.NONE
        ? dy
        : Kernels.tensor("elu_backward", dy, x, activated, doubles(), factors(x));
  }

  /** What the gradient reads besides x. */
  NDArray[] kept() {
    return scales == null ? new NDArray[0] : new NDArray[] {scales};
  }

  private boolean doubles() {
    return nonlinearity == Nonlinearity.CELU;
  }

  private NDArray[] factors(NDArray x) {
    return scales == null
        ? new NDArray[0]
        : new NDArray[] {scales.reshape(x.getShape().get(0), 1, 1, -1)};
  }
}
