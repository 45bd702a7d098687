package org.lmconv.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.conf.Keys.Binarization;
import org.lmconv.jobs.conf.Keys.Binarization.Mode;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;

class ImageEncoderTest {
  private static final ImageShape GREY = new ImageShape(1, 32, 32);
  private static final int PIXELS = 32 * 32;

  private static ImageEncoder bits(Mode mode, long seed) {
    return new ImageEncoder(GREY, new PixelLevels(1), new Binarization(mode, seed));
  }

  private static byte[] grey(int value) {
    byte[] pixels = new byte[PIXELS];
    Arrays.fill(pixels, (byte) value);
    return pixels;
  }

  private static float[] training(ImageEncoder encoder, String id, int value, long seed, int step) {
    float[] out = new float[PIXELS];
    encoder.forTraining(id, grey(value), seed, step, out, 0);
    return out;
  }

  private static float[] scoring(ImageEncoder encoder, String id, int value) {
    float[] out = new float[PIXELS];
    encoder.forScoring(id, grey(value), out, 0);
    return out;
  }

  @Test
  void channelsComeFirst() {
    ImageEncoder encoder = new ImageEncoder(new ImageShape(3, 2, 2), new PixelLevels(8), null);
    byte[] pixels = {0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, (byte) 255};
    float[] out = new float[15];
    encoder.forScoring("any", pixels, out, 2);
    float[] expected = new float[15];
    int[] planes = {0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 255};
    for (int i = 0; i < 12; i++) {
      expected[2 + i] = (float) (planes[i] / 127.5 - 1);
    }
    // One rounding of a number below 1; beside its place the array stays as it was.
    assertThat(out).containsExactly(expected, within(1e-6f));
    assertThat(out[2]).isEqualTo(-1);
    assertThat(out[13]).isEqualTo(1);
  }

  @Test
  void fewerBitsKeepTheHighOnes() {
    ImageEncoder encoder = new ImageEncoder(new ImageShape(1, 1, 6), new PixelLevels(5), null);
    float[] out = new float[6];
    encoder.forTraining("any", new byte[] {0, 7, 8, 127, -128, -1}, 1, 1, out, 0);
    float step = 2f / 31;
    // Float32 numbers below 1.
    assertThat(out)
        .containsExactly(
            new float[] {-1, -1, -1 + step, -1 + 15 * step, -1 + 16 * step, 1}, within(1e-6f));
  }

  @Test
  void dynamicBitsAreDrawnAnewAtEachStepOfEachRunAndForEachImage() {
    ImageEncoder dynamic = bits(Mode.DYNAMIC, 1);
    float[] bits = training(dynamic, "cat", 128, 1, 5);
    assertThat(training(dynamic, "cat", 128, 1, 5)).isEqualTo(bits);
    assertThat(training(dynamic, "cat", 128, 1, 6)).isNotEqualTo(bits);
    assertThat(training(dynamic, "cat", 128, 2, 5)).isNotEqualTo(bits);
    assertThat(training(dynamic, "dog", 128, 1, 5)).isNotEqualTo(bits);
    assertThat(scoring(dynamic, "cat", 128)).isNotEqualTo(bits);
  }

  @Test
  void fixedBitsAreDrawnOncePerImage() {
    ImageEncoder fixed = bits(Mode.FIXED, 1);
    float[] bits = training(fixed, "cat", 128, 1, 5);
    assertThat(training(fixed, "cat", 128, 2, 6)).isEqualTo(bits);
    assertThat(training(fixed, "dog", 128, 1, 5)).isNotEqualTo(bits);
    assertThat(training(bits(Mode.FIXED, 2), "cat", 128, 1, 5)).isNotEqualTo(bits);
  }

  @Test
  void bitsToScoreDependOnTheImageAndTheSeedOfTheBitsOnly() {
    float[] bits = scoring(bits(Mode.DYNAMIC, 1), "cat", 128);
    assertThat(scoring(bits(Mode.DYNAMIC, 1), "cat", 128)).isEqualTo(bits);
    assertThat(scoring(bits(Mode.FIXED, 1), "cat", 128)).isEqualTo(bits);
    assertThat(scoring(bits(Mode.DYNAMIC, 2), "cat", 128)).isNotEqualTo(bits);
    assertThat(scoring(bits(Mode.DYNAMIC, 1), "dog", 128)).isNotEqualTo(bits);
  }

  @Test
  void blackIsNeverOneAndWhiteAlways() {
    for (int image = 0; image < 100; image++) {
      String id = "image" + image;
      for (Mode mode : Mode.values()) {
        assertThat(training(bits(mode, 3), id, 0, 3, image)).containsOnly(-1);
        assertThat(training(bits(mode, 3), id, 255, 3, image)).containsOnly(1);
        assertThat(scoring(bits(mode, 3), id, 0)).containsOnly(-1);
        assertThat(scoring(bits(mode, 3), id, 255)).containsOnly(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 127, 128, 200, 254})
  void theShareOfOnesIsTheIntensity(int value) {
    int images = 100;
    int ones = 0;
    int onesToScore = 0;
    for (int image = 0; image < images; image++) {
      ones += ones(training(bits(Mode.DYNAMIC, 1), "image", value, 1, image));
      onesToScore += ones(scoring(bits(Mode.FIXED, 1), "image" + image, value));
    }
    double share = value / 255.0;
    int draws = images * PIXELS;
    // Four standard deviations of a binomial share: one seed in 16,000 would fail, and it is fixed.
    double bound = 4 * Math.sqrt(share * (1 - share) / draws);
    assertThat(ones / (double) draws).isCloseTo(share, within(bound));
    assertThat(onesToScore / (double) draws).isCloseTo(share, within(bound));
  }

  private static int ones(float[] bits) {
    int ones = 0;
    for (float bit : bits) {
      assertThat(Math.abs(bit)).isEqualTo(1);
      ones += bit > 0 ? 1 : 0;
    }
    return ones;
  }

  @Test
  void theThresholdIsHalfIntensity() {
    ImageEncoder threshold = bits(Mode.THRESHOLD, 1);
    assertThat(training(threshold, "cat", 127, 1, 1)).containsOnly(-1);
    assertThat(training(threshold, "cat", 128, 1, 1)).containsOnly(1);
    assertThat(scoring(threshold, "cat", 127)).containsOnly(-1);
    assertThat(scoring(threshold, "cat", 128)).containsOnly(1);
  }

  @Test
  void reportsSayHowBitsWereMade() {
    assertThat(bits(Mode.DYNAMIC, 7).describeBinarization()).isEqualTo("dynamic(7)");
    assertThat(bits(Mode.FIXED, -1).describeBinarization()).isEqualTo("fixed(-1)");
    assertThat(bits(Mode.THRESHOLD, 7).describeBinarization()).isEqualTo("threshold");
    assertThat(new ImageEncoder(GREY, new PixelLevels(8), null).describeBinarization())
        .isEqualTo("none");
  }
}
