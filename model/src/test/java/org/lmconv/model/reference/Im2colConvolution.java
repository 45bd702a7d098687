package org.lmconv.model.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelShape;

/**
 * The paper's way, for any mask: the input is unfolded into one masked, shifted copy per tap, and a
 * 1×1 convolution over all of them is the product with the weights.
 */
final class Im2colConvolution implements ReferenceConvolution {
  private final Grid grid;
  private final KernelShape kernel;
  private final int border;
  private final NDArray[] masks; // of each tap, [1, 1, H, W] of 0 and 1

  Im2colConvolution(NDManager manager, KernelMask mask) {
    this.grid = mask.grid();
    this.kernel = mask.kernel();
    this.border = kernel.dilation() * (kernel.size() / 2);
    Shape shape = new Shape(1, 1, grid.height(), grid.width());
    this.masks =
        IntStream.range(0, kernel.taps())
            .mapToObj(tap -> Tensors.kept(Tensors.copyOf(manager, mask.row(tap), shape)))
            .toArray(NDArray[]::new);
  }

  @Override
  public NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    Tensors.requireShape(
        "the input of a masked convolution", x, -1, -1, grid.height(), grid.width());
    long outputs = weight.getShape().get(0);
    long inputs = x.getShape().get(1);
    Tensors.requireShape("its weight", weight, -1, inputs, kernel.size(), kernel.size());
    return Tensors.scoped(
        () -> {
          // [O, C, taps] to [O, taps · C, 1, 1], in the order of the unfolded input
          NDArray byTap = weight.reshape(outputs, inputs, kernel.taps()).transpose(0, 2, 1);
          return Formulas.convolution(unfold(x), byTap.reshape(outputs, -1, 1, 1), bias);
        });
  }

  /** {@code [N, C, H, W]} to {@code [N, taps · C, H, W]}. */
  private NDArray unfold(NDArray x) {
    return Tensors.scoped(
        () -> {
          NDArray padded = Formulas.padded(x, border);
          NDArray[] taps =
              IntStream.range(0, kernel.taps())
                  .mapToObj(tap -> shifted(padded, tap).mul(masks[tap]))
                  .toArray(NDArray[]::new);
          return Tensors.concat(1, taps);
        });
  }

  private NDArray shifted(NDArray padded, int tap) {
    int row = border + kernel.rowOffset(tap);
    int col = border + kernel.colOffset(tap);
    NDArray rows = Tensors.slice(padded, 2, row, (long) row + grid.height());
    return Tensors.slice(rows, 3, col, (long) col + grid.width());
  }
}
