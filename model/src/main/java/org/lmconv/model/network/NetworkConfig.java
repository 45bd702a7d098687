package org.lmconv.model.network;

import java.io.Serializable;
import org.lmconv.model.operation.Operations.FeatureNorm;

/**
 * The options of a network.
 *
 * @param filters channels F of every hidden feature map
 * @param resnets residual blocks R of each level
 * @param kernel odd size k of the masked kernels
 * @param dilation D of the layers between the levels, 1 for none
 * @param weightNorm whether the masked convolutions have weight norm (the 1×1 ones always have)
 * @param featureNorm after each masked convolution
 * @param bias whether the masked convolutions have a bias
 * @param maskWeight whether they have a learned weight on the mask itself
 * @param dropout probability of dropping a feature map inside a block while training, in [0, 1)
 */
public record NetworkConfig(
    int filters,
    int resnets,
    int kernel,
    int dilation,
    boolean weightNorm,
    FeatureNorm featureNorm,
    boolean bias,
    boolean maskWeight,
    double dropout)
    implements Serializable {

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public NetworkConfig {
    require(filters >= 1, "filters is at least 1, got %s", filters);
    require(
        featureNorm != FeatureNorm.PONO || filters >= 2,
        "positional norm needs at least 2 filters, got %s",
        filters);
    require(resnets >= 1, "resnets is at least 1, got %s", resnets);
    require(kernel >= 1 && kernel % 2 == 1, "kernel is odd, got %s", kernel);
    require(dilation >= 1, "dilation is at least 1, got %s", dilation);
    require(dropout >= 0 && dropout < 1, "dropout is in [0, 1), got %s", dropout);
  }

  private static void require(boolean holds, String message, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(value));
    }
  }

  /** Residual blocks, on the way up and down. */
  public int blocks() {
    return LmConvNetwork.LEVELS * resnets + blocksWithSkip();
  }

  /** Those on the way down: one more on each level but the first, for the layers between. */
  public int blocksWithSkip() {
    return LmConvNetwork.LEVELS * resnets + LmConvNetwork.LEVELS - 1;
  }

  /** Dilated layers between the levels, on the way up and down. */
  public int layersBetween() {
    return 2 * (LmConvNetwork.LEVELS - 1);
  }

  /** Masked convolutions on the longest way through the network: how many pixels far it looks. */
  public int layers() {
    return 1 + 2 * blocks() + layersBetween();
  }

  /** What all masked convolutions of the network share. */
  LocallyMaskedConv2d.Options convolutions() {
    return new LocallyMaskedConv2d.Options(kernel, weightNorm, bias, maskWeight);
  }
}
