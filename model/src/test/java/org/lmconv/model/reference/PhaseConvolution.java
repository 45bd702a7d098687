package org.lmconv.model.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.BitSet;
import java.util.List;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.MaskPlan;

/**
 * Where whole lines see the same taps: a plain convolution per phase, with weights that are zero at
 * hidden taps and a stride across the lines, and the lines put together again. One phase with every
 * tap is a plain convolution.
 */
final class PhaseConvolution implements ReferenceConvolution {
  private final KernelShape kernel;
  private final boolean rows;
  private final List<NDArray> masks; // of each phase, [1, 1, k, k]; null if all taps are live

  private PhaseConvolution(NDManager manager, KernelShape kernel, MaskPlan.Lines plan) {
    this.kernel = kernel;
    this.rows = plan.rows();
    this.masks = plan.phases().stream().map(taps -> mask(manager, taps)).toList();
  }

  /**
   * The convolution under a mask that has such lines.
   *
   * @throws IllegalArgumentException if it has none
   */
  static PhaseConvolution of(MaskTensors mask) {
    if (mask.plan() instanceof MaskPlan.Lines lines) {
      return new PhaseConvolution(mask.manager(), mask.mask().kernel(), lines);
    }
    throw new IllegalArgumentException("the lines of this mask do not see the same taps");
  }

  private NDArray mask(NDManager manager, BitSet taps) {
    float[] values = new float[kernel.taps()];
    taps.stream().forEach(tap -> values[tap] = 1);
    Shape shape = new Shape(1, 1, kernel.size(), kernel.size());
    return Tensors.kept(Tensors.copyOf(manager, values, shape));
  }

  @Override
  public NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    return Tensors.scoped(
        () -> {
          int border = kernel.dilation() * (kernel.size() / 2);
          NDArray padded = Formulas.padded(x, border);
          NDArray[] lines = new NDArray[masks.size()];
          for (int phase = 0; phase < lines.length; phase++) {
            lines[phase] = lines(padded, weight.mul(masks.get(phase)), bias, phase);
          }
          return lines.length == 1 ? lines[0] : interleave(lines, x.getShape());
        });
  }

  private NDArray lines(NDArray padded, NDArray weight, NDArray bias, int phase) {
    int period = masks.size();
    NDArray from =
        phase == 0
            ? padded
            : Tensors.slice(padded, rows ? 2 : 3, phase, padded.getShape().get(rows ? 2 : 3));
    Shape stride = rows ? new Shape(period, 1) : new Shape(1, period);
    Shape dilation = new Shape(kernel.dilation(), kernel.dilation());
    return Conv2d.conv2d(from, weight, bias, stride, new Shape(0, 0), dilation, 1)
        .singletonOrThrow();
  }

  /** The lines of both phases in turn; the second has one line less where their number is odd. */
  private NDArray interleave(NDArray[] lines, Shape images) {
    int axis = rows ? 2 : 3;
    long first = lines[0].getShape().get(axis);
    long second = lines[1].getShape().get(axis);
    if (first > second) {
      NDArray last = Tensors.slice(lines[0], axis, second, first);
      NDArray whole = stacked(Tensors.slice(lines[0], axis, 0, second), lines[1], images);
      return second == 0 ? last : Tensors.concat(axis, whole, last);
    }
    return stacked(lines[0], lines[1], images);
  }

  private NDArray stacked(NDArray even, NDArray odd, Shape images) {
    int axis = rows ? 2 : 3;
    Shape each = even.getShape();
    long lines = 2 * each.get(axis);
    NDArray stacked = NDArrays.stack(new NDList(even, odd), axis + 1);
    return rows
        ? stacked.reshape(each.get(0), each.get(1), lines, images.get(3))
        : stacked.reshape(each.get(0), each.get(1), images.get(2), lines);
  }
}
