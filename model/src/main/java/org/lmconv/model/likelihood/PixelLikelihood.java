package org.lmconv.model.likelihood;

import ai.djl.ndarray.NDArray;
import java.io.Serializable;
import java.util.function.IntToDoubleFunction;
import org.lmconv.model.PixelLevels;

/** The distribution of one pixel given its logits. */
public sealed interface PixelLikelihood extends Serializable permits Bernoulli, LogisticMixture {

  /** Channels C of the images that it can score: 1 or 3. */
  int channels();

  /** The levels that a subpixel can have. */
  PixelLevels levels();

  /** Number of logits L of each pixel. */
  int logits();

  /**
   * The log-likelihood of each pixel, all its channels together.
   *
   * @param x {@code [N, C, H, W]} in [−1, 1], each value one of the levels
   * @param logits {@code [N, L, H, W]}
   * @return {@code [N, H, W]}, nats
   * @throws IllegalArgumentException if a shape is another
   */
  NDArray logLikelihood(NDArray x, NDArray logits);

  /**
   * Draws a pixel.
   *
   * @param logits L numbers
   * @param uniform independent uniform numbers in (0, 1): number 0 for the choice of a level or a
   *     component, then one per channel where a component is a continuous distribution
   * @return C values in [−1, 1], each one of the levels
   */
  float[] draw(float[] logits, IntToDoubleFunction uniform, Temperature temperature);
}
