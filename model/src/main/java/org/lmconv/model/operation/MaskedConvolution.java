package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.MaskPlan;

/**
 * Y = W · (M ∘ im2col(X)) + b for one mask M (Jain et al. 2020, section 4), and its gradients, with
 * nothing unfolded. What depends on the mask alone is prepared once; the weights come with each
 * call. For one thread at a time.
 *
 * <p>The gradient with respect to X is a masked convolution too, under the adjoint of the mask, so
 * it is computed by the cheapest way for that.
 */
final class MaskedConvolution {
  private final NDManager manager;
  private final KernelMask mask;
  private final Function<KernelMask, MaskPlan> planner;
  private final ConvolutionWay way;
  private ConvolutionWay adjoint; // scoring never needs it

  /**
   * @param manager owns what is prepared, on its device, for as long as the convolution is used
   * @param planner the way for the mask, and for its adjoint
   */
  MaskedConvolution(NDManager manager, KernelMask mask, Function<KernelMask, MaskPlan> planner) {
    this.manager = manager;
    this.mask = mask;
    this.planner = planner;
    this.way = ConvolutionWay.of(manager, mask, planner.apply(mask));
  }

  /**
   * The convolution.
   *
   * @param x {@code [N, H, W, C]}
   * @param weight {@code [O, C, k, k]}
   * @param bias {@code [O]}, or null
   * @return {@code [N, H, W, O]}
   */
  NDArray forward(NDArray x, NDArray weight, NDArray bias) {
    requireGrid("the input of a masked convolution", x, -1);
    requireKernel(weight, -1, x.getShape().get(3));
    NDArray[] biases = bias == null ? new NDArray[0] : new NDArray[] {bias};
    return way.apply(x, weight, biases, false);
  }

  /**
   * The gradient with respect to the input.
   *
   * @param dy upstream gradient, {@code [N, H, W, O]}
   * @param weight {@code [O, C, k, k]}
   * @return {@code [N, H, W, C]}
   */
  NDArray inputGradient(NDArray dy, NDArray weight) {
    requireGrid("the upstream gradient of a masked convolution", dy, weight.getShape().get(0));
    if (adjoint == null) {
      KernelMask turned = mask.adjoint();
      adjoint = ConvolutionWay.of(manager, turned, planner.apply(turned));
    }
    return adjoint.apply(dy, weight, new NDArray[0], true);
  }

  /**
   * The gradient with respect to the weight.
   *
   * @param dy upstream gradient, {@code [N, H, W, O]}
   * @param x {@code [N, H, W, C]}
   * @param into {@code [O, C, k, k]}, overwritten
   */
  void weightGradient(NDArray dy, NDArray x, NDArray into) {
    requireGrid("the upstream gradient of a masked convolution", dy, -1);
    requireGrid("the input of a masked convolution", x, -1);
    requireKernel(into, dy.getShape().get(3), x.getShape().get(3));
    way.weightGradient(dy, x, into);
  }

  private void requireGrid(String what, NDArray x, long channels) {
    Tensors.requireShape(what, x, -1, mask.grid().height(), mask.grid().width(), channels);
  }

  private void requireKernel(NDArray weight, long outputs, long inputs) {
    int size = mask.kernel().size();
    Tensors.requireShape("the weight of a masked convolution", weight, outputs, inputs, size, size);
  }
}
