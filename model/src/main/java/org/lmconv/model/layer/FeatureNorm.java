package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import org.lmconv.model.tensor.Tensors;

/** How the features of a pixel are normalised. None of the ways looks at another pixel. */
public enum FeatureNorm {
  /** Not at all. */
  NONE,
  /** Positional norm: zero mean and unit variance over the channels. */
  PONO,
  /** Divided by the number of taps that the pixel sees. */
  ORDER_RESCALE;

  private static final double EPSILON = 1e-5;

  /**
   * Normalises.
   *
   * @param x {@code [N, C, H, W]}
   * @param mask of the convolution before; only {@link #ORDER_RESCALE} reads it
   * @return {@code [N, C, H, W]}
   */
  public NDArray apply(NDArray x, MaskTensors mask) {
    return switch (this) {
      case NONE -> x;
      case PONO -> positionalNorm(x);
      case ORDER_RESCALE -> x.div(mask.tapCounts());
    };
  }

  /**
   * (x − mean) / sqrt(var + 1e−5) over the channels, with the unbiased variance and no learned
   * scale (Li et al. 2019, "Positional Normalization", arXiv 1907.04312).
   */
  private static NDArray positionalNorm(NDArray x) {
    long channels = x.getShape().get(1);
    int[] channelAxis = {1};
    return Tensors.scoped(
        () -> {
          NDArray centred = x.sub(x.mean(channelAxis, true));
          NDArray squares = centred.mul(centred).sum(channelAxis, true); // [N, 1, H, W]
          NDArray variance = squares.div(Tensors.scalar(x, channels - 1));
          return centred.div(variance.add(Tensors.scalar(x, EPSILON)).sqrt());
        });
  }
}
