package org.lmconv.jobs.data;

import java.io.Serializable;
import java.util.Locale;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.Binarization;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.Seeds;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.PixelLikelihood;

/**
 * Makes the network's input, [C, H, W] in [−1, 1], of stored pixels, uint8 [H, W, C].
 *
 * @param binarization how intensities become bits; null where the likelihood is not of bits
 */
public record ImageEncoder(ImageShape shape, PixelLevels levels, Binarization binarization)
    implements Serializable {

  /** The encoder of a model's images. */
  public static ImageEncoder of(ModelSpec model, JobConfig config) {
    PixelLikelihood likelihood = model.likelihood();
    Binarization bits = likelihood instanceof Bernoulli ? config.as(Binarization.class) : null;
    return new ImageEncoder(model.image(), likelihood.levels(), bits);
  }

  /**
   * Encodes an image to train on.
   *
   * @param out [C, H, W] from {@code offset} on
   * @param seed of the run
   * @param step at which it is seen: with dynamic binarisation its bits are drawn anew
   */
  public void forTraining(
      String imageId, byte[] pixels, long seed, long step, float[] out, int offset) {
    if (isDrawn() && binarization.binarize() == Binarization.Mode.DYNAMIC) {
      long bits = Seeds.of(seed, Seeds.Purpose.BINARIZE_TRAIN, Seeds.of(imageId), step);
      draw(pixels, bits, out, offset);
    } else {
      forScoring(imageId, pixels, out, offset);
    }
  }

  /**
   * Encodes an image to score: its bits depend on its id and the seed of the binarisation alone, so
   * that scores of different runs compare.
   *
   * @param out [C, H, W] from {@code offset} on
   */
  public void forScoring(String imageId, byte[] pixels, float[] out, int offset) {
    if (isDrawn()) {
      long seed = binarization.binarizeSeed();
      draw(pixels, Seeds.of(seed, Seeds.Purpose.BINARIZE_SCORE, Seeds.of(imageId)), out, offset);
      return;
    }
    for (int i = 0; i < pixels.length; i++) {
      out[offset + place(i)] = levels.input(pixels[i]);
    }
  }

  private boolean isDrawn() {
    return binarization != null && binarization.binarize() != Binarization.Mode.THRESHOLD;
  }

  /** A bit is 1 with the probability pixel / 255: never for 0, always for 255. */
  private void draw(byte[] pixels, long seed, float[] out, int offset) {
    for (int i = 0; i < pixels.length; i++) {
      boolean one = Seeds.uniform(seed, i) * 255f < (pixels[i] & 0xFF);
      out[offset + i] = levels.inputOfLevel(one ? 1 : 0);
    }
  }

  /**
   * The pixels to store of an image, the reverse of encoding.
   *
   * @param values [C, H, W] from {@code offset} on, each one of the levels
   * @return uint8, row-major [H, W, C]
   */
  public byte[] decode(float[] values, int offset) {
    byte[] pixels = new byte[shape.dimensions()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) levels.pixel(values[offset + place(i)]);
    }
    return pixels;
  }

  /** Where the i-th value of [H, W, C] is in [C, H, W]. */
  private int place(int i) {
    int channels = shape.channels();
    return i % channels * shape.height() * shape.width() + i / channels;
  }

  /** How intensities become bits, for reports: "dynamic(1)", "threshold", "none" ... */
  public String describeBinarization() {
    if (binarization == null) {
      return "none";
    }
    String mode = binarization.binarize().name().toLowerCase(Locale.ROOT);
    return isDrawn() ? mode + "(" + binarization.binarizeSeed() + ")" : mode;
  }
}
