package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import java.util.function.Consumer;
import org.lmconv.model.parameter.Parameters.Parameter;
import org.lmconv.model.tensor.Kernels;

/**
 * The weight of a layer: a parameter, or, with weight normalisation, w = g · v / ‖v‖ with one norm
 * per output (Salimans and Kingma 2016, arXiv 1602.07868).
 *
 * @param direction v, {@code [O, ...]}: the weight itself where there is no gain
 * @param gain g, {@code [O, 1, ...]}, or null
 */
public record Weight(Parameter direction, Parameter gain) {

  /** The weight, {@code [O, ...]}. */
  public NDArray value() {
    return gain == null
        ? direction.value()
        : Kernels.tensor("weight_norm", direction.value(), gain.value());
  }

  /**
   * Writes the gradients of the parameters.
   *
   * @param gradient writes the gradient of the weight into a tensor of its shape
   */
  void backward(Consumer<NDArray> gradient) {
    if (gain == null) {
      gradient.accept(direction.gradient());
      return;
    }
    NDArray ofWeight = direction.value().zerosLike();
    gradient.accept(ofWeight);
    Kernels.apply(
        "weight_norm_backward",
        ofWeight,
        direction.value(),
        gain.value(),
        direction.gradient(),
        gain.gradient());
  }
}
