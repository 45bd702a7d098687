package org.lmconv.model.reference;

import ai.djl.ndarray.NDArray;
import org.lmconv.model.tensor.Tensors;

/** The concatenated exponential linear unit, celu(x) = elu(concat(x, −x)). */
final class ConcatElu {
  private ConcatElu() {}

  /** {@code [N, C, H, W]} to {@code [N, 2C, H, W]}. */
  static NDArray apply(NDArray x) {
    return Tensors.scoped(() -> Tensors.elu(Tensors.concat(1, x, x.neg())));
  }
}
