package org.lmconv.model.network;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.operation.Weight;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterSpec.NormOf;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.parameter.Parameters;

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
   * Applies the layer to what a nonlinearity makes of x.
   *
   * @param plus added to the result; of O channels, or null
   * @return O channels
   */
  public Feature forward(
      Operations operations, Parameters parameters, Feature x, Nonlinearity before, Feature plus) {
    String prefix = name + ".lin_a.";
    Weight weight =
        new Weight(parameters.get(prefix + "weight_v"), parameters.get(prefix + "weight_g"));
    return operations.pointwise(x, before, weight, parameters.get(prefix + "bias"), plus);
  }
}
