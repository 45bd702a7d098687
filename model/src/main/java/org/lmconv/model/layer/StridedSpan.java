package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import org.lmconv.model.tensor.Tensors;

/**
 * How a convolution with the same padding on both sides computes chosen lines along one axis: it
 * makes more outputs than wanted, and the others are cut off.
 *
 * @param stride between outputs
 * @param padding zeros on either side
 * @param first output that is wanted
 * @param count of outputs wanted
 * @param made outputs that the convolution makes
 */
record StridedSpan(int stride, int padding, int first, int count, int made) {

  /**
   * Every {@code stride}-th output; the last one may lie beyond the axis, for all phases of a
   * stride to have equally many.
   *
   * @param length of the axis
   * @param start input place that the first tap of the first wanted output reads; may be negative
   * @param extent from the first to the last tap
   */
  static StridedSpan of(int length, int start, int extent, int stride) {
    int count = (length + stride - 1) / stride;
    int beyond = start + stride * (count - 1) + extent - (length - 1);
    int padding = Math.max(Math.max(-start, beyond), 0);
    // The first output reads from -padding on, and a wanted one from start on.
    padding += Math.floorMod(-start - padding, stride);
    int made = (length + 2 * padding - extent - 1) / stride + 1;
    return new StridedSpan(stride, padding, (start + padding) / stride, count, made);
  }

  /** The wanted outputs along an axis: a view. */
  NDArray cut(NDArray y, int axis) {
    return first == 0 && count == made ? y : Tensors.slice(y, axis, first, (long) first + count);
  }
}
