package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.MaskPlan;

/**
 * What the layers need of one mask M, ready on a device: above all the masked convolution Y = W ·
 * (M ∘ im2col(X)) + b (Jain et al. 2020, section 4) and its gradients, with nothing unfolded. What
 * depends on the mask alone is made at first use and kept. For one thread at a time.
 *
 * <p>The gradient with respect to X is a masked convolution too, under the adjoint of the mask, so
 * it is computed by the cheapest way for that.
 */
public final class MaskTensors {
  private final NDManager manager;
  private final KernelMask mask;
  private final Function<KernelMask, MaskPlan> planner;
  private ConvolutionWay way;
  private ConvolutionWay adjoint; // scoring never needs it
  private NDArray matrix;
  private NDArray tapCounts;

  /**
   * The mask, convolved in the cheapest way.
   *
   * @param manager owns the tensors, on its device, for as long as the mask is used
   */
  public MaskTensors(NDManager manager, KernelMask mask) {
    this(manager, mask, MaskPlan::of);
  }

  /**
   * The mask, convolved in a given way.
   *
   * @param planner the way for the mask, and for its adjoint
   */
  public MaskTensors(NDManager manager, KernelMask mask, Function<KernelMask, MaskPlan> planner) {
    this.manager = manager;
    this.mask = mask;
    this.planner = planner;
  }

  /** The mask. */
  public KernelMask mask() {
    return mask;
  }

  /** The manager that owns the tensors. */
  public NDManager manager() {
    return manager;
  }

  /** How the mask is convolved. */
  public MaskPlan plan() {
    return planner.apply(mask);
  }

  /**
   * The convolution.
   *
   * @param x {@code [N, H, W, C]}
   * @param weight {@code [O, C, k, k]}
   * @param bias {@code [O]}, or null
   * @return {@code [N, H, W, O]}
   */
  NDArray convolve(NDArray x, NDArray weight, NDArray bias) {
    requireGrid("the input of a masked convolution", x, -1);
    requireKernel(weight, -1, x.getShape().get(3));
    return way().apply(x, weight, bias == null ? new NDArray[0] : new NDArray[] {bias}, false);
  }

  private ConvolutionWay way() {
    if (way == null) {
      way = ConvolutionWay.of(manager, mask, plan());
    }
    return way;
  }

  /**
   * The gradient with respect to the input, {@code [N, H, W, C]}.
   *
   * @param dy upstream gradient, {@code [N, H, W, O]}
   * @param weight {@code [O, C, k, k]}
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
    way().weightGradient(dy, x, into);
  }

  private void requireGrid(String what, NDArray x, long channels) {
    Tensors.requireShape(what, x, -1, mask.grid().height(), mask.grid().width(), channels);
  }

  private void requireKernel(NDArray weight, long outputs, long inputs) {
    int size = mask.kernel().size();
    Tensors.requireShape("the weight of a masked convolution", weight, outputs, inputs, size, size);
  }

  /** The mask itself, {@code [taps, pixels]}. */
  public NDArray matrix() {
    if (matrix == null) {
      matrix = kept(mask.values(), new Shape(mask.kernel().taps(), mask.grid().pixels()));
    }
    return matrix;
  }

  /** How many taps each pixel sees, {@code [1, H, W, 1]}. */
  public NDArray tapCounts() {
    if (tapCounts == null) {
      Grid grid = mask.grid();
      float[] counts = new float[grid.pixels()];
      for (int pixel = 0; pixel < counts.length; pixel++) {
        counts[pixel] = mask.tapCount(pixel);
      }
      tapCounts = kept(counts, new Shape(1, grid.height(), grid.width(), 1));
    }
    return tapCounts;
  }

  /** Made at first use, which is inside a layer's scope, but to be kept. */
  private NDArray kept(float[] values, Shape shape) {
    return Tensors.kept(Tensors.copyOf(manager, values, shape));
  }
}
