package org.lmconv.model.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.lmconv.model.Seeds;
import org.lmconv.model.tensor.Tensors;

/**
 * Dropout of whole feature maps: each channel of each image is zero with the given probability and
 * scaled up by 1 / (1 − probability) otherwise (Tompson et al. 2015). What is dropped is a function
 * of the seed, so a step can be repeated.
 *
 * @param probability of dropping, in [0, 1)
 * @param seed of this step
 */
public record Dropout2d(double probability, long seed) {
  /** Drops nothing: for scoring and sampling. */
  public static final Dropout2d OFF = new Dropout2d(0, 0);

  /**
   * @throws IllegalArgumentException if the probability is outside [0, 1)
   */
  public Dropout2d {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException("dropout is in [0, 1), got " + probability);
    }
  }

  /**
   * Drops.
   *
   * @param x {@code [N, C, H, W]}
   * @param layer name of the layer, which has a stream of its own
   * @return {@code [N, C, H, W]}
   */
  NDArray apply(NDArray x, String layer) {
    return probability == 0 ? x : Tensors.scoped(() -> x.mul(scales(x, layer)));
  }

  private NDArray scales(NDArray x, String layer) {
    long images = x.getShape().get(0);
    long channels = x.getShape().get(1);
    long stream = Seeds.of(seed, Seeds.Purpose.DROPOUT, Seeds.of(layer));
    float[] scales = new float[Math.toIntExact(images * channels)];
    for (int i = 0; i < scales.length; i++) {
      boolean dropped = Seeds.uniform(stream, i) < probability;
      scales[i] = dropped ? 0 : (float) (1 / (1 - probability));
    }
    return Tensors.copyOf(x.getManager(), scales, new Shape(images, channels, 1, 1));
  }
}
