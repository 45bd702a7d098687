package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;

/** What the layers need of one mask, ready on a device. */
public final class MaskTensors {
  private final NDManager manager;
  private final KernelMask mask;
  private final MaskedConvolution convolution;
  private NDArray matrix;
  private NDArray tapCounts;

  /**
   * @param manager owns the tensors, on its device, for as long as the mask is used
   */
  public MaskTensors(NDManager manager, KernelMask mask) {
    this.manager = manager;
    this.mask = mask;
    this.convolution = MaskedConvolution.of(manager, mask);
  }

  /** The convolution under this mask. */
  public MaskedConvolution convolution() {
    return convolution;
  }

  /** The mask itself, {@code [taps, pixels]}. */
  NDArray matrix() {
    if (matrix == null) {
      Shape shape = new Shape(mask.kernel().taps(), mask.grid().pixels());
      matrix = outsideScopes(mask.values(), shape);
    }
    return matrix;
  }

  /** How many taps each pixel sees, {@code [1, 1, H, W]}. */
  NDArray tapCounts() {
    if (tapCounts == null) {
      Grid grid = mask.grid();
      float[] counts = new float[grid.pixels()];
      for (int pixel = 0; pixel < counts.length; pixel++) {
        counts[pixel] = mask.tapCount(pixel);
      }
      tapCounts = outsideScopes(counts, new Shape(1, 1, grid.height(), grid.width()));
    }
    return tapCounts;
  }

  /** Made at first use, which is inside a layer's scope, but to be kept. */
  private NDArray outsideScopes(float[] values, Shape shape) {
    return Tensors.kept(Tensors.copyOf(manager, values, shape));
  }

  /** The grid of the mask. */
  Grid grid() {
    return mask.grid();
  }
}
