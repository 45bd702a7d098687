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
import org.lmconv.orders.MaskPlan.TapBox;

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

  /**
   * How a convolution with the same padding on both sides computes chosen lines along one axis: it
   * makes more outputs than wanted, and the others are cut off.
   *
   * @param padding zeros on either side
   * @param first output that is wanted
   * @param count of outputs wanted
   */
  private record Span(int stride, int padding, int first, int count) {
    /**
     * Every {@code stride}-th output; the last one may lie beyond the axis, for all phases of a
     * stride to have equally many.
     *
     * @param length of the axis
     * @param start input place that the first tap of the first wanted output reads; may be negative
     * @param extent from the first to the last tap
     */
    static Span of(int length, int start, int extent, int stride) {
      int count = (length + stride - 1) / stride;
      int beyond = start + stride * (count - 1) + extent - (length - 1);
      int padding = Math.max(Math.max(-start, beyond), 0);
      // The first output reads from -padding on, and a wanted one from start on.
      padding += Math.floorMod(-start - padding, stride);
      return new Span(stride, padding, (start + padding) / stride, count);
    }
  }

  private LongStream numbers(Grid grid, TapBox box, int phase, int period) {
    Span r = span(grid.height(), box.firstRow(), box.rows(), rows, phase, period);
    Span c = span(grid.width(), box.firstCol(), box.cols(), !rows, phase, period);
    return LongStream.of(
        box.firstRow(),
        box.firstCol(),
        box.rows(),
        box.cols(),
        r.stride(),
        c.stride(),
        r.padding(),
        c.padding(),
        r.first(),
        c.first(),
        r.count(),
        c.count());
  }

  /** Along one axis, which the lines lie across, or not. */
  private Span span(int length, int firstTap, int taps, boolean across, int phase, int period) {
    int start = (firstTap - kernel.size() / 2) * kernel.dilation();
    int extent = (taps - 1) * kernel.dilation();
    return Span.of(length, start + (across ? phase : 0), extent, across ? period : 1);
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
