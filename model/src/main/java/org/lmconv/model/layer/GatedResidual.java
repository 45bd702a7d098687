package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Tensors;

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
    List<ParameterSpec> skipParameters = skip ? ninSkip().parameters() : List.of();
    return ParameterLayout.join(
        List.of(convInput().parameters(), skipParameters, convOut().parameters()));
  }

  /**
   * Applies the block.
   *
   * @param x {@code [N, F, H, W]}
   * @param a skip input {@code [N, F, H, W]}, or null where the block has none
   * @param mask of type B
   * @return {@code [N, F, H, W]}
   */
  public NDArray forward(
      Parameters parameters, NDArray x, NDArray a, MaskTensors mask, Dropout2d dropout) {
    return Tensors.scoped(
        () -> {
          NDArray hidden = hidden(parameters, x, a, mask);
          NDArray dropped = dropout.apply(ConcatElu.apply(hidden), name);
          NDArray gated = convOut().forward(parameters, dropped, mask); // [N, 2F, H, W]
          NDArray value = norm.apply(Tensors.slice(gated, 1, 0, filters), mask);
          NDArray gate = Tensors.sigmoid(Tensors.slice(gated, 1, filters, 2L * filters));
          return x.add(value.mul(gate));
        });
  }

  private NDArray hidden(Parameters parameters, NDArray x, NDArray a, MaskTensors mask) {
    NDArray h = norm.apply(convInput().forward(parameters, ConcatElu.apply(x), mask), mask);
    return skip ? h.add(ninSkip().forward(parameters, ConcatElu.apply(a))) : h;
  }
}
