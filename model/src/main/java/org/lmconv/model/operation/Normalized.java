package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.tensor.Kernels;

/**
 * A feature map after its {@link FeatureNorm}, and what the gradient of that needs.
 *
 * @param norm how it was normalised
 * @param value the result, {@code [N, H, W, C]}
 * @param divisor PONO: what (x − mean) was multiplied by; rescaling: what x was divided by; or null
 */
record Normalized(FeatureNorm norm, NDArray value, NDArray divisor) {
  private static final NDArray[] NOTHING = {};

  /**
   * Normalises.
   *
   * @param x {@code [N, H, W, C]}; not to be used afterwards
   */
  static Normalized of(NDArray x, FeatureNorm norm, MaskTensors mask) {
    return switch (norm) {
      case NONE -> new Normalized(norm, x, null);
      case PONO -> new Normalized(norm, x, Kernels.tensor("pono_", x, FeatureNorm.EPSILON));
      case ORDER_RESCALE -> rescaled(x, mask.tapCounts());
    };
  }

  private static Normalized rescaled(NDArray x, NDArray tapCounts) {
    NDArray value = Kernels.tensor("over_pixels", x, tapCounts);
    x.close();
    return new Normalized(FeatureNorm.ORDER_RESCALE, value, tapCounts);
  }

  /** The gradient with respect to x; dy itself where there is no norm. */
  NDArray backward(NDArray dy) {
    return switch (norm) {
      case NONE -> dy;
      case PONO -> Kernels.tensor("pono_backward", dy, value, divisor);
      case ORDER_RESCALE -> Kernels.tensor("over_pixels", dy, divisor);
    };
  }

  /** What the gradient reads besides the value, and nothing else owns. */
  NDArray[] kept() {
    return norm == FeatureNorm.PONO ? new NDArray[] {divisor} : NOTHING;
  }

  /** The same with the value, and another tensor. */
  NDArray[] keptWithValue(NDArray other) {
    return norm == FeatureNorm.PONO
        ? new NDArray[] {value, other, divisor}
        : new NDArray[] {value, other};
  }
}
