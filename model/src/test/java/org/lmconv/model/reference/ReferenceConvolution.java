package org.lmconv.model.reference;

import ai.djl.ndarray.NDArray;

/** A masked convolution of operations that autograd can differentiate. */
interface ReferenceConvolution {
  /**
   * Applies the convolution.
   *
   * @param x {@code [N, C, H, W]}
   * @param weight {@code [O, C, k, k]}
   * @param bias {@code [O]}, or null
   * @return {@code [N, O, H, W]}
   */
  NDArray apply(NDArray x, NDArray weight, NDArray bias);
}
