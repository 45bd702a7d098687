package org.lmconv.model.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import org.lmconv.model.tensor.Tensors;

/** What the paper's formulas are made of, on {@code [N, C, H, W]}. */
public final class Formulas {
  private Formulas() {}

  /** elu(x) = x if x &gt; 0, else e^x − 1. */
  static NDArray elu(NDArray x) {
    return Activation.elu(x, 1f);
  }

  /** The concatenated exponential linear unit, elu(concat(x, −x)): twice the channels. */
  static NDArray concatElu(NDArray x) {
    return Tensors.scoped(() -> elu(Tensors.concat(1, x, x.neg())));
  }

  /** With {@code border} rows and columns of zeros added on every side. */
  public static NDArray padded(NDArray x, int border) {
    return border == 0 ? x : x.pad(new Shape(border, border, border, border), 0);
  }

  /**
   * A plain convolution without padding.
   *
   * @param weight {@code [O, C, k, k]}
   * @param bias {@code [O]}, or null
   */
  public static NDArray convolution(NDArray x, NDArray weight, NDArray bias) {
    return Conv2d.conv2d(x, weight, bias).singletonOrThrow();
  }
}
