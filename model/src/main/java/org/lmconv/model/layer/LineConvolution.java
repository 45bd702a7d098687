package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.TapBox;

/**
 * Masked convolution where whole lines (rows or columns) see the same taps: a plain convolution per
 * phase, with the kernel cut down to its live taps and a stride across the lines, and the lines of
 * the phases put together again. Nothing is unfolded.
 */
final class LineConvolution implements MaskedConvolution {
  private static final int ROWS = 2; // axes of [N, C, H, W]
  private static final int COLS = 3;

  private final Grid grid;
  private final KernelShape kernel;
  private final boolean rows;
  private final List<Phase> phases = new ArrayList<>();

  /**
   * One of the plain convolutions.
   *
   * @param box of taps that it computes
   * @param mask {@code [1, 1, box rows, box cols]} of 0 and 1; null if all of the box is live
   * @param across the lines
   * @param along the lines
   */
  private record Phase(TapBox box, NDArray mask, StridedSpan across, StridedSpan along) {}

  LineConvolution(NDManager manager, KernelMask mask, MaskPlan.Lines plan) {
    this.grid = mask.grid();
    this.kernel = mask.kernel();
    this.rows = plan.rows();
    for (int phase = 0; phase < plan.phases().size(); phase++) {
      phases.add(phase(manager, plan.phases().get(phase), phase, plan.phases().size()));
    }
  }

  private Phase phase(NDManager manager, BitSet taps, int phase, int period) {
    TapBox box = TapBox.around(taps, kernel);
    int vertical = (box.firstRow() - kernel.size() / 2) * kernel.dilation();
    int horizontal = (box.firstCol() - kernel.size() / 2) * kernel.dilation();
    int down = (box.rows() - 1) * kernel.dilation();
    int right = (box.cols() - 1) * kernel.dilation();
    StridedSpan across =
        rows
            ? StridedSpan.of(grid.height(), phase + vertical, down, period)
            : StridedSpan.of(grid.width(), phase + horizontal, right, period);
    StridedSpan along =
        rows
            ? StridedSpan.of(grid.width(), horizontal, right, 1)
            : StridedSpan.of(grid.height(), vertical, down, 1);
    return new Phase(box, mask(manager, taps, box), across, along);
  }

  private NDArray mask(NDManager manager, BitSet taps, TapBox box) {
    if (taps.cardinality() == box.cells()) {
      return null;
    }
    float[] values = new float[box.cells()];
    for (int i = 0; i < values.length; i++) {
      int row = box.firstRow() + i / box.cols();
      int col = box.firstCol() + i % box.cols();
      values[i] = taps.get(row * kernel.size() + col) ? 1 : 0;
    }
    Shape shape = new Shape(1, 1, box.rows(), box.cols());
    return Tensors.kept(Tensors.copyOf(manager, values, shape));
  }

  @Override
  public NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    int size = kernel.size();
    Tensors.requireShape(
        "the input of a masked convolution", x, -1, -1, grid.height(), grid.width());
    Tensors.requireShape("its weight", weight, -1, x.getShape().get(1), size, size);
    return Tensors.scoped(
        () -> {
          NDArray[] lines =
              phases.stream().map(phase -> lines(phase, x, weight, bias)).toArray(NDArray[]::new);
          return lines.length == 1 ? lines[0] : interleave(lines);
        });
  }

  /** The lines of one phase: {@code [N, O, lines, W]}, or {@code [N, O, H, lines]}. */
  private NDArray lines(Phase phase, NDArray x, NDArray weight, NDArray bias) {
    StridedSpan vertical = rows ? phase.across() : phase.along();
    StridedSpan horizontal = rows ? phase.along() : phase.across();
    return Tensors.scoped(
        () -> {
          NDArray y =
              Tensors.conv2d(
                  x,
                  boxed(phase, weight),
                  bias,
                  new Shape(vertical.stride(), horizontal.stride()),
                  new Shape(vertical.padding(), horizontal.padding()),
                  kernel.dilation());
          return vertical.cut(horizontal.cut(y, COLS), ROWS);
        });
  }

  /** The weights of the live taps, {@code [O, C, box rows, box cols]}. */
  private NDArray boxed(Phase phase, NDArray weight) {
    TapBox box = phase.box();
    return Tensors.scoped(
        () -> {
          NDArray down = Tensors.slice(weight, ROWS, box.firstRow(), box.firstRow() + box.rows());
          NDArray cut = Tensors.slice(down, COLS, box.firstCol(), box.firstCol() + box.cols());
          return phase.mask() == null ? cut : cut.mul(phase.mask());
        });
  }

  /** {@code [N, O, H, W]} of the lines of all phases, taken in turn. */
  private NDArray interleave(NDArray[] lines) {
    Shape each = lines[0].getShape();
    int axis = rows ? ROWS : COLS;
    long all = each.get(axis) * lines.length;
    NDArray stacked = Tensors.stack(axis + 1, lines);
    NDArray joined =
        rows
            ? stacked.reshape(each.get(0), each.get(1), all, grid.width())
            : stacked.reshape(each.get(0), each.get(1), grid.height(), all);
    int wanted = rows ? grid.height() : grid.width();
    return all == wanted ? joined : Tensors.slice(joined, axis, 0, wanted);
  }
}
