package org.lmconv.jobs.conf;

import java.util.List;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.LogisticMixture;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.operation.Operations.FeatureNorm;

/** The section "model"; {@code reference.conf} explains each key. */
public record ModelConfig(
    int filters,
    int resnets,
    int kernel,
    int dilation,
    String normalization,
    boolean bias,
    boolean maskWeight,
    double dropout,
    String likelihood,
    int mixtures,
    int bits,
    String tail) {
  private static final List<String> NORMALIZATIONS =
      List.of("pono", "weight_norm", "order_rescale", "none", "weight_norm+pono");
  private static final List<String> LIKELIHOODS = List.of("bernoulli", "logistic_mixture");
  private static final List<String> TAILS = List.of("exact", "published");

  public ModelConfig {
    Bounds.atLeast("model.filters", filters, 1);
    Bounds.atLeast("model.resnets", resnets, 1);
    Bounds.require(
        kernel >= 3 && kernel % 2 == 1, "model.kernel", kernel, "must be odd and at least 3");
    Bounds.atLeast("model.dilation", dilation, 1);
    Bounds.oneOf("model.normalization", normalization, NORMALIZATIONS);
    Bounds.properShare("model.dropout", dropout);
    Bounds.oneOf("model.likelihood", likelihood, LIKELIHOODS);
    Bounds.atLeast("model.mixtures", mixtures, 1);
    Bounds.within("model.bits", bits, 1, 8);
    Bounds.oneOf("model.tail", tail, TAILS);
  }

  /**
   * The model for images of a shape.
   *
   * @throws UserError if the likelihood cannot score such images, or options exclude each other
   */
  public ModelSpec spec(ImageShape image) {
    try {
      return new ModelSpec(image, network(), likelihood(image));
    } catch (IllegalArgumentException e) {
      throw new UserError("model: " + e.getMessage(), e);
    }
  }

  private NetworkConfig network() {
    return new NetworkConfig(
        filters,
        resnets,
        kernel,
        dilation,
        normalization.startsWith("weight_norm"),
        featureNorm(normalization),
        bias,
        maskWeight,
        dropout);
  }

  private static FeatureNorm featureNorm(String normalization) {
    return switch (normalization) {
      case "pono", "weight_norm+pono" -> FeatureNorm.PONO;
      case "order_rescale" -> FeatureNorm.ORDER_RESCALE;
      default -> FeatureNorm.NONE;
    };
  }

  private PixelLikelihood likelihood(ImageShape image) {
    if (likelihood.equals("bernoulli")) {
      if (image.channels() != 1) {
        throw new UserError(
            "model.likelihood=bernoulli is for one channel, the images are %s; use logistic_mixture"
                .formatted(image));
      }
      return new Bernoulli();
    }
    Tail branch = tail.equals("exact") ? Tail.EXACT : Tail.PUBLISHED;
    PixelLevels levels = new PixelLevels(bits);
    return new LogisticMixture(image.channels(), mixtures, levels, branch);
  }
}
