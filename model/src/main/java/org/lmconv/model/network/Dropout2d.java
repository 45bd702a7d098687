package org.lmconv.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lmconv.model.Seeds;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.tensor.Tensors;

/**
 * Dropout of whole feature maps: each channel of each image is zero with the given probability and
 * scaled up by 1 / (1 − probability) otherwise (Tompson et al. 2015). What is dropped is a function
 * of the seed, so an update can be repeated.
 *
 * @param probability of dropping, in [0, 1)
 * @param seed of this update
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
   * What each channel of each image of a feature map is multiplied by.
   *
   * @param x owns the result; not read where nothing is dropped
   * @param layer name of the layer, which has a stream of its own
   * @return {@code [N, C]}, or null if nothing is dropped
   */
  NDArray scales(Feature x, String layer, long channels) {
    return probability == 0
        ? null
        : scales(x.value().getManager(), layer, x.value().getShape().get(0), channels);
  }

  /**
   * What each channel of each image is multiplied by.
   *
   * @param manager owns the result
   * @param layer name of the layer, which has a stream of its own
   * @return {@code [N, C]}, or null if nothing is dropped
   */
  NDArray scales(NDManager manager, String layer, long images, long channels) {
    if (probability == 0) {
      return null;
    }
    long stream = Seeds.of(seed, Seeds.Purpose.DROPOUT, Seeds.of(layer));
    float[] scales = new float[Math.toIntExact(images * channels)];
    for (int i = 0; i < scales.length; i++) {
      boolean dropped = Seeds.uniform(stream, i) < probability;
      scales[i] = dropped ? 0 : (float) (1 / (1 - probability));
    }
    return Tensors.copyOf(manager, scales, new Shape(images, channels));
  }
}
