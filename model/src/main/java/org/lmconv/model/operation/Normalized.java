package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
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

  /** Normalises {@code x}, {@code [N, H, W, C]}, in place, or frees it. */
  static Normalized of(NDArray x, FeatureNorm norm, MaskTensors mask) {
    return switch (norm) {
      case NONE -> new Normalized(norm, x, null);
      case PONO -> new Normalized(norm, x, Kernels.tensor("pono_", x, FeatureNorm.EPSILON));
      case ORDER_RESCALE -> {
        NDArray value = Kernels.tensor("over_pixels", x, mask.tapCounts());
        x.close();
        yield new Normalized(norm, value, mask.tapCounts());
      }
    };
  }

  /** The gradient with respect to x; dy itself where there is no norm. */
  NDArray backward(NDArray dy) {
    return switch (norm) {
      case NONE -> dy;
      case PONO -> Kernels.tensor("pono_backward", dy, value, divisor);
      case ORDER_RESCALE -> Kernels.tensor("over_pixels", dy, divisor);
    };
  }

  /** What the gradient reads and nothing else owns, besides other tensors that are kept with it. */
  NDArray[] kept(NDArray... others) {
    if (norm != FeatureNorm.PONO) {
      return others;
    }
    NDArray[] all = Arrays.copyOf(others, others.length + 1);
    all[others.length] = divisor;
    return all;
  }
}
