package org.lmconv.model.reference;

import ai.djl.ndarray.NDArray;
import java.util.stream.IntStream;
import org.lmconv.model.tensor.Tensors;

/**
 * Weight normalisation, w = g · v / ‖v‖ with one norm per output (Salimans and Kingma 2016, arXiv
 * 1602.07868).
 */
final class WeightNorm {
  private WeightNorm() {}

  /**
   * The normed weight.
   *
   * @param direction v, {@code [O, ...]}
   * @param gain g, {@code [O, 1, ...]}
   * @return w, of v's shape
   */
  static NDArray apply(NDArray direction, NDArray gain) {
    int[] allButOutput = IntStream.range(1, direction.getShape().dimension()).toArray();
    return Tensors.scoped(
        () -> {
          NDArray norm = direction.mul(direction).sum(allButOutput, true).sqrt();
          return direction.mul(gain.div(norm));
        });
  }
}
