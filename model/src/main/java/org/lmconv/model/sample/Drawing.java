package org.lmconv.model.sample;

import java.util.Arrays;
import org.lmconv.model.Seeds;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.likelihood.Temperature;

/**
 * How the pixels of a batch are drawn. The random numbers of a pixel depend on its image's seed and
 * its place alone, not on the order nor on the rest of the batch.
 *
 * @param temperature of all draws
 * @param seeds one for each image
 */
public record Drawing(Temperature temperature, long[] seeds) {
  /** More than any pixel needs. */
  private static final long NUMBERS_PER_PIXEL = 8;

  /**
   * Draws one pixel of each image.
   *
   * @param logits {@code [N, L]}
   * @param pixel row-major index
   * @return {@code [N, C]}
   */
  public float[] draw(PixelLikelihood likelihood, float[] logits, int pixel) {
    int each = likelihood.logits();
    int channels = likelihood.channels();
    float[] drawn = new float[seeds.length * channels];
    for (int i = 0; i < seeds.length; i++) {
      long seed = seeds[i];
      float[] values =
          likelihood.draw(
              Arrays.copyOfRange(logits, i * each, (i + 1) * each),
              number -> uniform(seed, pixel, number),
              temperature);
      System.arraycopy(values, 0, drawn, i * channels, channels);
    }
    return drawn;
  }

  /** In (0, 1): half a step above {@link Seeds#uniform}, which may be 0. */
  private static double uniform(long seed, int pixel, int number) {
    return Seeds.uniform(seed, pixel * NUMBERS_PER_PIXEL + number) + 0x1p-25;
  }
}
