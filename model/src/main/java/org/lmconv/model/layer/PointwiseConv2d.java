package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterSpec.NormOf;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Tensors;

/**
 * A 1×1 convolution ("network in network"), always with weight norm and bias.
 *
 * @param name prefix of the parameters
 * @param inputs channels C of the input
 * @param outputs channels O of the output
 */
public record PointwiseConv2d(String name, int inputs, int outputs) {

  /** The parameters, in the order of the authors' code, which has a linear layer inside. */
  public List<ParameterSpec> parameters() {
    String prefix = name + ".lin_a.";
    Uniform initial = new Uniform(1 / Math.sqrt(inputs));
    NormOf norm = new NormOf(prefix + "weight_v");
    return List.of(
        new ParameterSpec(prefix + "bias", new Shape(outputs), initial),
        new ParameterSpec(prefix + "weight_g", new Shape(outputs, 1), norm),
        new ParameterSpec(prefix + "weight_v", new Shape(outputs, inputs), initial));
  }

  /**
   * Applies the layer.
   *
   * @param x {@code [N, C, H, W]}
   * @return {@code [N, O, H, W]}
   */
  public NDArray forward(Parameters parameters, NDArray x) {
    Tensors.requireShape(name + " input", x, -1, inputs, -1, -1);
    String prefix = name + ".lin_a.";
    return Tensors.scoped(
        () -> {
          NDArray direction = parameters.get(prefix + "weight_v");
          NDArray weight = WeightNorm.apply(direction, parameters.get(prefix + "weight_g"));
          NDArray kernel = weight.reshape(outputs, inputs, 1, 1);
          return Tensors.conv2d(x, kernel, parameters.get(prefix + "bias"));
        });
  }
}
