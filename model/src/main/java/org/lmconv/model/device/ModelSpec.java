package org.lmconv.model.device;

import java.io.Serializable;
import org.lmconv.model.ImageShape;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.network.LmConvNetwork;
import org.lmconv.model.network.NetworkConfig;

/**
 * All that determines a model but its parameters.
 *
 * @param image shape of the images
 * @param network options
 * @param likelihood of a pixel
 */
public record ModelSpec(ImageShape image, NetworkConfig network, PixelLikelihood likelihood)
    implements Serializable {

  /**
   * @throws IllegalArgumentException if the likelihood is not for images of these channels
   */
  public ModelSpec {
    if (likelihood.channels() != image.channels()) {
      throw new IllegalArgumentException(
          "the likelihood is for images of %d channel(s), the images are %s"
              .formatted(likelihood.channels(), image));
    }
  }

  /** The network. */
  public LmConvNetwork newNetwork() {
    return new LmConvNetwork(network, image.channels(), likelihood.logits());
  }
}
