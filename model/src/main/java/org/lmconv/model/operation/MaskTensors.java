package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.MaskPlan;

/** What the layers need of one mask, ready on a device. */
public final class MaskTensors {
  private final NDManager manager;
  private final KernelMask mask;
  private final Function<KernelMask, MaskPlan> planner;
  private MaskedConvolution convolution;
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

  /** The convolution under this mask. */
  MaskedConvolution convolution() {
    if (convolution == null) {
      convolution = new MaskedConvolution(manager, mask, planner);
    }
    return convolution;
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
