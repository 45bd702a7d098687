package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.MaskPlan;

/**
 * Masked convolution tap by tap: each is a 1×1 convolution at all pixels, whose output is shifted,
 * masked and added. For masks without any pattern.
 */
final class TapConvolution implements ConvolutionWay {
  private final long[] offsets; // index, rows down and columns right of each tap
  private final NDArray masks; // [taps, H, W, 1]
  private final boolean gpu;

  TapConvolution(NDManager manager, KernelMask mask, MaskPlan.EachTap plan) {
    // Without a live tap the centre is computed, and masked everywhere.
    int[] taps = plan.taps().length > 0 ? plan.taps() : new int[] {mask.kernel().centre()};
    KernelShape kernel = mask.kernel();
    this.offsets =
        Arrays.stream(taps)
            .mapToObj(tap -> LongStream.of(tap, kernel.rowOffset(tap), kernel.colOffset(tap)))
            .flatMapToLong(numbers -> numbers)
            .toArray();
    Grid grid = mask.grid();
    float[] values = new float[taps.length * grid.pixels()];
    for (int i = 0; i < taps.length; i++) {
      System.arraycopy(mask.row(taps[i]), 0, values, i * grid.pixels(), grid.pixels());
    }
    Shape shape = new Shape(taps.length, grid.height(), grid.width(), 1);
    this.masks = Tensors.kept(Tensors.copyOf(manager, values, shape));
    this.gpu = manager.getDevice().isGpu();
  }

  @Override
  public NDArray apply(NDArray x, NDArray weight, NDArray[] bias, boolean adjoint) {
    return Kernels.tensor("taps", x, weight, bias, adjoint, offsets, masks, chunk(x));
  }

  @Override
  public void weightGradient(NDArray dy, NDArray x, NDArray into) {
    Kernels.apply("taps_weight", dy, x, into, offsets, masks, chunk(x));
  }

  /** On a CPU an image at a time stays in its cache; a GPU wants all at once. */
  private long chunk(NDArray x) {
    return gpu ? x.getShape().get(0) : 1;
  }
}
