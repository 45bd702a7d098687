package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelShape;

/**
 * The paper's way, for any mask: the input is unfolded into one masked, shifted copy per tap, and a
 * 1×1 convolution over all of them is the product with the weights. Taps that no pixel sees are
 * left out.
 */
final class Im2colConvolution implements MaskedConvolution {

  /**
   * A live tap.
   *
   * @param index row-major index in the kernel
   * @param row first row of its shifted slice of the padded input
   * @param col first column of that slice
   * @param mask {@code [1, 1, H, W]} of 0 and 1, or null where padding with zeros masks enough
   */
  private record Tap(int index, int row, int col, NDArray mask) {}

  private final Grid grid;
  private final KernelShape kernel;
  private final int border;
  private final List<Tap> taps = new ArrayList<>();

  Im2colConvolution(NDManager manager, KernelMask mask) {
    this.grid = mask.grid();
    this.kernel = mask.kernel();
    this.border = kernel.dilation() * (kernel.size() / 2);
    for (int tap : mask.liveTaps()) {
      int row = border + kernel.rowOffset(tap);
      int col = border + kernel.colOffset(tap);
      taps.add(
          new Tap(tap, row, col, hidesSomething(mask, tap) ? plane(manager, mask, tap) : null));
    }
  }

  /** Whether the mask hides a pixel that this tap would reach inside the image. */
  private static boolean hidesSomething(KernelMask mask, int tap) {
    Grid grid = mask.grid();
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      int row = grid.row(pixel) + mask.kernel().rowOffset(tap);
      int col = grid.col(pixel) + mask.kernel().colOffset(tap);
      if (grid.contains(row, col) && !mask.live(tap, pixel)) {
        return true;
      }
    }
    return false;
  }

  private static NDArray plane(NDManager manager, KernelMask mask, int tap) {
    Grid grid = mask.grid();
    Shape shape = new Shape(1, 1, grid.height(), grid.width());
    return Tensors.kept(Tensors.copyOf(manager, mask.row(tap), shape));
  }

  @Override
  public NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    int size = kernel.size();
    Tensors.requireShape(
        "the input of a masked convolution", x, -1, -1, grid.height(), grid.width());
    Tensors.requireShape("its weight", weight, -1, x.getShape().get(1), size, size);
    if (taps.isEmpty()) {
      return nothingSeen(x, weight, bias);
    }
    return Tensors.scoped(() -> Tensors.conv2d(unfold(x), liveWeights(weight), bias));
  }

  /** {@code [N, C, H, W]} to {@code [N, taps · C, H, W]}. */
  private NDArray unfold(NDArray x) {
    return Tensors.scoped(
        () -> {
          NDArray padded = Tensors.pad2d(x, border);
          return Tensors.concat(
              1, taps.stream().map(tap -> shifted(padded, tap)).toArray(NDArray[]::new));
        });
  }

  private NDArray shifted(NDArray padded, Tap tap) {
    NDArray rows = Tensors.slice(padded, 2, tap.row(), tap.row() + grid.height());
    NDArray slice = Tensors.slice(rows, 3, tap.col(), tap.col() + grid.width());
    return tap.mask() == null ? slice : slice.mul(tap.mask());
  }

  /** {@code [O, C, k, k]} to {@code [O, taps · C, 1, 1]}, in the order of the unfolded input. */
  private NDArray liveWeights(NDArray weight) {
    long outputs = weight.getShape().get(0);
    long inputs = weight.getShape().get(1);
    return Tensors.scoped(
        () -> {
          NDArray byTap = weight.reshape(outputs, inputs, kernel.taps());
          NDArray[] live =
              taps.stream()
                  .map(tap -> Tensors.slice(byTap, 2, tap.index(), tap.index() + 1))
                  .toArray(NDArray[]::new);
          NDArray joined = Tensors.concat(1, live); // [O, taps · C, 1]
          return joined.reshape(outputs, taps.size() * inputs, 1, 1);
        });
  }

  /** A 1×1 grid under mask A: the bias everywhere, still connected to the parameters. */
  private NDArray nothingSeen(NDArray x, NDArray weight, NDArray bias) {
    return Tensors.scoped(
        () -> {
          NDArray one = Tensors.slice(Tensors.slice(weight, 2, 0, 1), 3, 0, 1);
          NDArray zero = Tensors.scalar(x, 0);
          return Tensors.conv2d(x.mul(zero), one.mul(zero), bias);
        });
  }
}
