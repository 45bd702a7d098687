package org.lmconv.model.network;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.Parameters;

/**
 * The gated residual block (Salimans et al. 2017, PixelCNN++; Jain et al. 2020):
 *
 * <pre>
 * h = norm(conv_input(celu(x)));  if there is a skip input a: h += nin_skip(celu(a))
 * (p, q) = conv_out(dropout(celu(h)));  y = x + norm(p) · σ(q)
 * </pre>
 *
 * @param name prefix of the parameters
 * @param filters channels F of x, a and y
 * @param skip whether there is a skip input
 * @param norm after each convolution
 * @param options of the masked convolutions
 */
public record GatedResidual(
    String name, int filters, boolean skip, FeatureNorm norm, LocallyMaskedConv2d.Options options) {

  private LocallyMaskedConv2d convInput() {
    return new LocallyMaskedConv2d(name + ".conv_input", 2 * filters, filters, options);
  }

  private PointwiseConv2d ninSkip() {
    return new PointwiseConv2d(name + ".nin_skip", 2 * filters, filters);
  }

  private LocallyMaskedConv2d convOut() {
    return new LocallyMaskedConv2d(name + ".conv_out", 2 * filters, 2 * filters, options);
  }

  /** The parameters, in the order of the authors' code. */
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>(convInput().parameters());
    if (skip) {
      specs.addAll(ninSkip().parameters());
    }
    specs.addAll(convOut().parameters());
    return specs;
  }

  /**
   * Applies the block.
   *
   * @param x F channels
   * @param a skip input of F channels, or null where the block has none
   * @param mask of type B
   * @return F channels
   */
  public Feature forward(
      Operations operations,
      Parameters parameters,
      Feature x,
      Feature a,
      MaskTensors mask,
      Dropout2d dropout) {
    return operations.recomputed(
        skip ? List.of(x, a) : List.of(x),
        inputs -> {
          Feature h = hidden(operations, parameters, inputs, mask);
          NDArray scales = dropout.scales(h, name, convOut().inputs());
          Feature gated =
              convOut().forward(operations, parameters, h, Nonlinearity.CELU, scales, mask);
          return operations.gate(inputs.get(0), gated, norm, mask);
        });
  }

  private Feature hidden(
      Operations operations, Parameters parameters, List<Feature> inputs, MaskTensors mask) {
    Feature x = inputs.get(0);
    Feature h =
        operations.norm(
            convInput().forward(operations, parameters, x, Nonlinearity.CELU, null, mask),
            norm,
            mask);
    return skip
        ? ninSkip().forward(operations, parameters, inputs.get(1), Nonlinearity.CELU, h)
        : h;
  }
}
