package org.lmconv.model.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.Seeds;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.tensor.Tensors;

class LogisticMixtureTest {
  private static final int MIXTURES = 3;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void probabilitiesOfAllGreyLevelsSumToOne(int bits) {
    assertSumsToOne(new LogisticMixture(1, MIXTURES, new PixelLevels(bits), Tail.EXACT), 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void probabilitiesOfAllColoursSumToOne(int bits) {
    assertSumsToOne(new LogisticMixture(3, MIXTURES, new PixelLevels(bits), Tail.EXACT), 1);
  }

  /** Scales down to a bin of a 5-bit pixel, so that many bins have next to no mass. */
  @ParameterizedTest
  @CsvSource({"1, 5", "1, 8", "3, 2"})
  void theySumToOneForNarrowComponentsToo(int channels, int bits) {
    assertSumsToOne(new LogisticMixture(channels, MIXTURES, new PixelLevels(bits), Tail.EXACT), 4);
  }

  private static void assertSumsToOne(LogisticMixture mixture, double spread) {
    int levels = mixture.levels().count();
    int colours = (int) Math.pow(levels, mixture.channels());
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = allColours(manager, mixture.channels(), mixture.levels(), colours);
      for (long seed = 0; seed < 5; seed++) {
        NDArray logits = logits(manager, mixture, colours, seed, spread);
        double sum = 0;
        for (float each : mixture.logLikelihood(x, logits).toFloatArray()) {
          sum += Math.exp(each);
        }
        // Each bin is a difference of sigmoids of 6e-8 precision: 256 of them, 2e-5 at most; below
        // a mass of 1e-5 the density stands for it, off by less than 1e-5 in each such bin.
        assertThat(sum).as("seed %d", seed).isCloseTo(1, within(1e-4));
      }
    }
  }

  /** Every colour as an image of one pixel, {@code [colours, C, 1, 1]}. */
  private static NDArray allColours(
      NDManager manager, int channels, PixelLevels levels, int colours) {
    float[] x = new float[colours * channels];
    for (int colour = 0; colour < colours; colour++) {
      int rest = colour;
      for (int channel = 0; channel < channels; channel++) {
        x[colour * channels + channel] = levels.inputOfLevel(rest % levels.count());
        rest /= levels.count();
      }
    }
    return Tensors.copyOf(manager, x, new Shape(colours, channels, 1, 1));
  }

  /** The same logits for every colour, uniform in ±spread. */
  private static NDArray logits(
      NDManager manager, LogisticMixture mixture, int colours, long seed, double spread) {
    float[] values = new float[colours * mixture.logits()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (spread * (2 * Seeds.uniform(seed, i % mixture.logits()) - 1));
    }
    return Tensors.copyOf(manager, values, new Shape(colours, mixture.logits(), 1, 1));
  }

  @Test
  void thePublishedTailDiffersOnlyInBinsOfNoMassAndNotAtEightBits() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = Tensors.copyOf(manager, new float[] {1f / 31}, new Shape(1, 1, 1, 1));
      // One component far away and narrow: mean -0.9, log scale -7.
      NDArray logits = Tensors.copyOf(manager, new float[] {0, -0.9f, -7}, new Shape(1, 3, 1, 1));
      assertThat(score(5, Tail.EXACT, x, logits) - score(5, Tail.PUBLISHED, x, logits))
          // Float32 numbers near 1000.
          .isCloseTo((float) (Math.log(127.5) - Math.log(15.5)), within(1e-3f));
      assertThat(score(8, Tail.EXACT, x, logits)).isEqualTo(score(8, Tail.PUBLISHED, x, logits));
    }
  }

  private static float score(int bits, Tail tail, NDArray x, NDArray logits) {
    return new LogisticMixture(1, 1, new PixelLevels(bits), tail)
        .logLikelihood(x, logits)
        .toFloatArray()[0];
  }

  @Test
  void sizesAreChecked() {
    PixelLevels levels = new PixelLevels(8);
    assertThat(new LogisticMixture(3, 10, levels, Tail.EXACT).logits()).isEqualTo(100);
    assertThat(new LogisticMixture(1, 10, levels, Tail.EXACT).logits()).isEqualTo(30);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogisticMixture(2, 10, levels, Tail.EXACT))
        .withMessageContaining("1 or 3 channels, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogisticMixture(1, 0, levels, Tail.EXACT))
        .withMessageContaining("at least 1, got 0");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = Tensors.copyOf(manager, new float[1], new Shape(1, 1, 1, 1));
      NDArray logits = Tensors.copyOf(manager, new float[31], new Shape(1, 31, 1, 1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new LogisticMixture(1, 10, levels, Tail.EXACT).logLikelihood(x, logits))
          .withMessageContaining("(1, 31, 1, 1), expected (1, 30, 1, 1)");
    }
  }
}
