package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.MaskPlan;

/**
 * A way to compute Y = W · (M ∘ im2col(X)) + b for one mask M (Jain et al. 2020, section 4). What
 * depends on the mask alone is prepared once; the weights come with each call.
 */
public interface MaskedConvolution {

  /**
   * The cheapest way for a mask.
   *
   * @param manager owns what is prepared, on its device, for as long as the convolution is used
   */
  static MaskedConvolution of(NDManager manager, KernelMask mask) {
    MaskPlan plan = MaskPlan.of(mask);
    return plan instanceof MaskPlan.Lines lines
        ? new LineConvolution(manager, mask, lines)
        : new Im2colConvolution(manager, mask);
  }

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
