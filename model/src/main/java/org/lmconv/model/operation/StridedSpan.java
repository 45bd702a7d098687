package org.lmconv.model.operation;

/**
 * How a convolution with the same padding on both sides computes chosen lines along one axis: it
 * makes more outputs than wanted, and the others are cut off.
 *
 * @param stride between outputs
 * @param padding zeros on either side
 * @param first output that is wanted
 * @param count of outputs wanted
 */
record StridedSpan(int stride, int padding, int first, int count) {

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
    return new StridedSpan(stride, padding, (start + padding) / stride, count);
  }
}
