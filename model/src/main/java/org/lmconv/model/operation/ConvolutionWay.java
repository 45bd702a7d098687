package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.MaskPlan;

/** A masked convolution by one of the plans. All ways compute the same. */
sealed interface ConvolutionWay permits LineConvolution, GroupConvolution, TapConvolution {

  /**
   * The way that a plan names.
   *
   * @param manager owns what is prepared, on its device
   */
  static ConvolutionWay of(NDManager manager, KernelMask mask, MaskPlan plan) {
    if (plan instanceof MaskPlan.Lines lines) {
      return new LineConvolution(manager, mask, lines);
    } else if (plan instanceof MaskPlan.Groups groups) {
      return new GroupConvolution(manager, mask, groups);
    }
    return new TapConvolution(manager, mask, (MaskPlan.EachTap) plan);
  }

  /**
   * The convolution.
   *
   * @param x {@code [N, H, W, C]}
   * @param weight {@code [O, C, k, k]}; {@code [C, O, k, k]} if adjoint
   * @param bias {@code [O]}, or nothing
   * @param adjoint whether the kernel is turned by half a turn, with its channels swapped
   * @return {@code [N, H, W, O]}, float32
   */
  NDArray apply(NDArray x, NDArray weight, NDArray[] bias, boolean adjoint);

  /**
   * The gradient with respect to the weight, which is not adjoint.
   *
   * @param dy {@code [N, H, W, O]}, of the type of x
   * @param x {@code [N, H, W, C]}
   * @param into {@code [O, C, k, k]}, overwritten
   */
  void weightGradient(NDArray dy, NDArray x, NDArray into);
}
