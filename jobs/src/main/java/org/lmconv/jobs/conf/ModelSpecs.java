package org.lmconv.jobs.conf;

import org.lmconv.jobs.UserError;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.LogisticMixture;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.operation.Operations.FeatureNorm;

/** The model that a configuration asks for. */
public final class ModelSpecs {
  private ModelSpecs() {}

  /**
   * The model for images of a shape.
   *
   * @throws UserError if the likelihood cannot score such images, or options exclude each other
   */
  public static ModelSpec of(ModelConfig model, ImageShape image) {
    try {
      return new ModelSpec(image, network(model), likelihood(model, image));
    } catch (IllegalArgumentException e) {
      throw new UserError("model: " + e.getMessage(), e);
    }
  }

  private static NetworkConfig network(ModelConfig model) {
    return new NetworkConfig(
        model.filters(),
        model.resnets(),
        model.kernel(),
        model.dilation(),
        model.normalization().startsWith("weight_norm"),
        featureNorm(model.normalization()),
        model.bias(),
        model.maskWeight(),
        model.dropout());
  }

  private static FeatureNorm featureNorm(String normalization) {
    return switch (normalization) {
      case "pono", "weight_norm+pono" -> FeatureNorm.PONO;
      case "order_rescale" -> FeatureNorm.ORDER_RESCALE;
      default -> FeatureNorm.NONE;
    };
  }

  private static PixelLikelihood likelihood(ModelConfig model, ImageShape image) {
    if (model.likelihood().equals("bernoulli")) {
      if (image.channels() != 1) {
        throw new UserError(
            "model.likelihood=bernoulli is for one channel, the images are %s; use logistic_mixture"
                .formatted(image));
      }
      return new Bernoulli();
    }
    Tail tail = model.tail().equals("exact") ? Tail.EXACT : Tail.PUBLISHED;
    PixelLevels levels = new PixelLevels(model.bits());
    return new LogisticMixture(image.channels(), model.mixtures(), levels, tail);
  }
}
