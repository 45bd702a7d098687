package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import org.lmconv.model.parameter.Parameters.Parameter;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Tensors;

/**
 * A masked convolution in a pass, with what is done to its input.
 *
 * @param activation of the input
 * @param weight {@code [O, C, k, k]}
 * @param bias {@code [O]}, or null
 * @param maskWeight {@code [O, k, k]}, or null
 * @param mask of the convolution
 */
record ConvolutionStep(
    Activation activation, Weight weight, Parameter bias, Parameter maskWeight, MaskTensors mask) {

  /** {@code [N, H, W, C]} to {@code [N, H, W, O]}. */
  NDArray forward(NDArray x) {
    NDArray offset = bias == null ? null : bias.value();
    NDArray y =
        Tensors.scoped(
            () -> mask.convolution().forward(activation.apply(x), weight.value(), offset));
    if (maskWeight != null) {
      Kernels.apply("mask_weight_", y, maskWeight.value(), mask.matrix());
    }
    return y;
  }

  /** Writes the gradients of the parameters and adds that of x; dy is only read. */
  void backward(NDArray dy, Feature x) {
    if (bias != null) {
      Kernels.apply("bias_backward", dy, bias.gradient());
    }
    if (maskWeight != null) {
      Kernels.apply("mask_weight_backward", dy, mask.matrix(), maskWeight.gradient());
    }
    NDArray upstream = Kernels.cast(dy, activation.precision());
    NDArray activated = activation.apply(x.value()); // cheaper than to have kept it
    weight.backward(into -> mask.convolution().weightGradient(upstream, activated, into));
    if (x.isDifferentiable()) {
      NDArray slope = mask.convolution().inputGradient(upstream, weight.value());
      Tape.add(x, activation.backward(slope, x.value(), activated));
    }
  }
}
