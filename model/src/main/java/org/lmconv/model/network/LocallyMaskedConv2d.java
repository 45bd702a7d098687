package org.lmconv.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.operation.Weight;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterSpec.NormOf;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.parameter.Parameters;

/**
 * The locally masked convolution, Y = W · (M ∘ im2col(X)) + b, with an optional learned weight on
 * the mask itself, + W_m · M (Jain et al. 2020, section 4).
 *
 * @param name prefix of the parameters
 * @param inputs channels C of the input
 * @param outputs channels O of the output
 * @param options shared by all masked convolutions of a network
 */
public record LocallyMaskedConv2d(String name, int inputs, int outputs, Options options) {

  /**
   * What all masked convolutions of a network share.
   *
   * @param kernel odd size k of the kernel
   * @param weightNorm whether the weight is normed
   * @param bias whether there is a bias
   * @param maskWeight whether the mask has a weight of its own
   */
  public record Options(int kernel, boolean weightNorm, boolean bias, boolean maskWeight) {}

  /** The parameters, in the order of the authors' code. */
  public List<ParameterSpec> parameters() {
    int k = options.kernel();
    Uniform initial = new Uniform(1 / Math.sqrt((double) inputs * k * k));
    Shape shape = new Shape(outputs, inputs, k, k);
    List<ParameterSpec> specs = new ArrayList<>();
    if (!options.weightNorm()) {
      specs.add(new ParameterSpec(name + ".weight", shape, initial));
    }
    if (options.maskWeight()) {
      Uniform maskInitial = new Uniform(1.0 / k);
      specs.add(new ParameterSpec(name + ".mask_weight", new Shape(outputs, k, k), maskInitial));
    }
    if (options.bias()) {
      specs.add(new ParameterSpec(name + ".bias", new Shape(outputs), initial));
    }
    if (options.weightNorm()) {
      NormOf norm = new NormOf(name + ".weight_v");
      specs.add(new ParameterSpec(name + ".weight_g", new Shape(outputs, 1, 1, 1), norm));
      specs.add(new ParameterSpec(name + ".weight_v", shape, initial));
    }
    return specs;
  }

  /**
   * Applies the layer to what a nonlinearity and a dropout make of x.
   *
   * @param scales factors of the channels, {@code [N, C]}, or null
   * @param mask of the grid of x
   * @return O channels
   */
  public Feature forward(
      Operations operations,
      Parameters parameters,
      Feature x,
      Nonlinearity before,
      NDArray scales,
      MaskTensors mask) {
    return operations.convolution(
        x,
        before,
        scales,
        weight(parameters),
        options.bias() ? parameters.get(name + ".bias") : null,
        options.maskWeight() ? parameters.get(name + ".mask_weight") : null,
        mask);
  }

  private Weight weight(Parameters parameters) {
    return options.weightNorm()
        ? new Weight(parameters.get(name + ".weight_v"), parameters.get(name + ".weight_g"))
        : new Weight(parameters.get(name + ".weight"), null);
  }
}
