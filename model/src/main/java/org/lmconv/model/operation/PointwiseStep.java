package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import org.lmconv.model.parameter.Parameters.Parameter;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Tensors;

/**
 * A 1×1 convolution in a pass, with what is done to its input: a matrix product of the pixels.
 *
 * @param activation of the input
 * @param weight {@code [O, C]}
 * @param bias {@code [O]}
 */
record PointwiseStep(Activation activation, Weight weight, Parameter bias) {

  /**
   * {@code [N, H, W, C]} to {@code [N, H, W, O]}.
   *
   * @param plus added to the result, or null
   */
  NDArray forward(NDArray x, NDArray plus) {
    return Tensors.scoped(
        () -> {
          NDArray activated = activation.apply(x);
          return plus == null
              ? Kernels.tensor("pointwise", activated, weight.value(), bias.value())
              : Kernels.tensor("plus_pointwise", plus, activated, weight.value(), bias.value());
        });
  }

  /** Writes the gradients of the parameters and adds that of x; dy is only read. */
  void backward(NDArray dy, Feature x) {
    Kernels.apply("bias_backward", dy, bias.gradient());
    NDArray upstream = Kernels.cast(dy, activation.precision());
    NDArray activated = activation.apply(x.value());
    weight.backward(into -> Kernels.apply("pointwise_weight", upstream, activated, into));
    NDArray slope = Kernels.tensor("pointwise_backward", upstream, weight.value());
    Tape.add(x, activation.backward(slope, x.value(), activated));
  }
}
