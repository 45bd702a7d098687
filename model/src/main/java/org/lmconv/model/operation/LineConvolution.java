package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.TapBox;

/**
 * Masked convolution where whole lines (rows or columns) see the same taps: a plain convolution per
 * phase, with the kernel cut down to the box of its live taps and a stride across the lines, and
 * the lines of the phases put together again.
 */
final class LineConvolution implements ConvolutionWay {
  private final KernelShape kernel;
  private final boolean rows;
  private final long[] phases; // twelve numbers each, see kernels.py
  private final List<NDArray> masks = new ArrayList<>(); // of the taps in a box; empty: all live

  LineConvolution(NDManager manager, KernelMask mask, MaskPlan.Lines plan) {
    this.kernel = mask.kernel();
    this.rows = plan.rows();
    LongStream numbers = LongStream.empty();
    for (int phase = 0; phase < plan.phases().size(); phase++) {
      BitSet taps = plan.phases().get(phase);
      TapBox box = TapBox.around(taps, kernel);
      numbers = LongStream.concat(numbers, numbers(mask.grid(), box, phase, plan.phases().size()));
      masks.add(Tensors.kept(mask(manager, taps, box)));
    }
    this.phases = numbers.toArray();
  }

  private LongStream numbers(Grid grid, TapBox box, int phase, int period) {
    int vertical = (box.firstRow() - kernel.size() / 2) * kernel.dilation();
    int horizontal = (box.firstCol() - kernel.size() / 2) * kernel.dilation();
    int down = (box.rows() - 1) * kernel.dilation();
    int right = (box.cols() - 1) * kernel.dilation();
    int height = grid.height();
    int width = grid.width();
    StridedSpan r =
        rows
            ? StridedSpan.of(height, phase + vertical, down, period)
            : StridedSpan.of(height, vertical, down, 1);
    StridedSpan c =
        rows
            ? StridedSpan.of(width, horizontal, right, 1)
            : StridedSpan.of(width, phase + horizontal, right, period);
    LongStream cut = LongStream.of(box.firstRow(), box.firstCol(), box.rows(), box.cols());
    LongStream spans =
        LongStream.of(
            r.stride(),
            c.stride(),
            r.padding(),
            c.padding(),
            r.first(),
            c.first(),
            r.count(),
            c.count());
    return LongStream.concat(cut, spans);
  }

  private NDArray mask(NDManager manager, BitSet taps, TapBox box) {
    if (taps.cardinality() == box.cells()) {
      return manager.zeros(new Shape(0));
    }
    float[] values = new float[box.cells()];
    for (int i = 0; i < values.length; i++) {
      int row = box.firstRow() + i / box.cols();
      int col = box.firstCol() + i % box.cols();
      values[i] = taps.get(row * kernel.size() + col) ? 1 : 0;
    }
    return Tensors.copyOf(manager, values, new Shape(1, 1, box.rows(), box.cols()));
  }

  @Override
  public NDArray apply(NDArray x, NDArray weight, NDArray[] bias, boolean adjoint) {
    long dilation = kernel.dilation();
    return Kernels.tensor("lines", x, weight, bias, adjoint, rows, dilation, phases, masks);
  }

  @Override
  public void weightGradient(NDArray dy, NDArray x, NDArray into) {
    Kernels.apply("lines_weight", dy, x, into, rows, (long) kernel.dilation(), phases, masks);
  }
}
