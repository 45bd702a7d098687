package org.lmconv.model.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.Seeds;
import org.lmconv.model.TestDevice;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.tensor.Tensors;

/** What is drawn has the probabilities that are scored. */
class DrawTest {
  private static final int DRAWS = 20_000;

  private static float[] logits(PixelLikelihood likelihood, double spread) {
    float[] logits = new float[likelihood.logits()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (spread * (Seeds.uniform(11, i) * 2 - 1));
    }
    return logits;
  }

  private static float[] draw(PixelLikelihood likelihood, float[] logits, Temperature t, int i) {
    return likelihood.draw(logits, n -> Seeds.uniform(i, n) + 0x1p-25, t);
  }

  private static double probability(PixelLikelihood likelihood, float[] pixel, float[] logits) {
    try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
      Shape one = new Shape(1, pixel.length, 1, 1);
      Shape all = new Shape(1, logits.length, 1, 1);
      return Math.exp(
          likelihood.logLikelihood(
                  Tensors.copyOf(manager, pixel, one), Tensors.copyOf(manager, logits, all))
              .toFloatArray()[0]);
    }
  }

  private static void assertFrequencies(PixelLikelihood likelihood, double spread) {
    float[] logits = logits(likelihood, spread);
    Map<String, Integer> counts = new HashMap<>();
    Map<String, float[]> pixels = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      float[] pixel = draw(likelihood, logits, Temperature.ONE, i);
      String key = Arrays.toString(pixel);
      counts.merge(key, 1, Integer::sum);
      pixels.put(key, pixel);
    }
    double covered = 0;
    for (Map.Entry<String, Integer> count : counts.entrySet()) {
      double p = probability(likelihood, pixels.get(count.getKey()), logits);
      // Five deviations of a binomial count: of some hundred counts none is further off.
      assertThat((double) count.getValue())
          .isCloseTo(DRAWS * p, within(1 + 5 * Math.sqrt(DRAWS * p * (1 - p))));
      covered += p;
    }
    // What never came in 20,000 draws is rare.
    assertThat(covered).isBetween(0.98, 1.0 + 1e-4);
  }

  @Test
  void bits() {
    assertFrequencies(new Bernoulli(), 1);
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 2, 1", "1, 4, 5, 2", "3, 2, 1, 1", "3, 3, 2, 1.5"})
  void levelsOfLogisticMixtures(int channels, int mixtures, int bits, double spread) {
    assertFrequencies(
        new LogisticMixture(channels, mixtures, new PixelLevels(bits), Tail.EXACT), spread);
  }

  @Test
  void atTemperatureZeroTheLikeliestIsTaken() {
    Temperature zero = new Temperature(0, 0);
    LogisticMixture grey = new LogisticMixture(1, 2, new PixelLevels(8), Tail.EXACT);
    float[] logits = {1, 2, -0.5f, 0.25f, -1, -1}; // weights, means, log scales
    for (int i = 0; i < 50; i++) {
      assertThat(draw(grey, logits, zero, i)).containsExactly(grey.levels().nearest(0.25));
      assertThat(draw(new Bernoulli(), new float[] {1, 0}, zero, i)).containsExactly(-1f);
    }
  }

  @Test
  void bothTemperaturesNarrowADistribution() {
    LogisticMixture grey = new LogisticMixture(1, 2, new PixelLevels(8), Tail.EXACT);
    float[] logits = {0, 1, -0.5f, 0.5f, -2, -2};
    double[] plain = spread(grey, logits, Temperature.ONE);
    double[] scale = spread(grey, logits, new Temperature(1, 0.5));
    double[] mixture = spread(grey, logits, new Temperature(0.3, 1));
    // A component is as often chosen as before, but half as wide; or the other way about.
    assertThat(scale[0]).isCloseTo(plain[0], within(0.02));
    assertThat(scale[1]).isCloseTo(plain[1] / 2, within(0.05 * plain[1]));
    assertThat(mixture[0]).isGreaterThan(plain[0] + 0.1);
    assertThat(mixture[1]).isCloseTo(plain[1], within(0.05 * plain[1]));
  }

  /** Share of draws nearer to the second mean, and their mean distance from it. */
  private static double[] spread(LogisticMixture grey, float[] logits, Temperature temperature) {
    int second = 0;
    double distance = 0;
    for (int i = 0; i < DRAWS; i++) {
      float x = draw(grey, logits, temperature, i)[0];
      if (x > 0) {
        second++;
        distance += Math.abs(x - 0.5);
      }
    }
    return new double[] {(double) second / DRAWS, distance / second};
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "1, -0.1", "NaN, 1", "1, Infinity"})
  void temperaturesAreNumbersFromZero(double mixture, double scale) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Temperature(mixture, scale))
        .withMessageContaining("is at least 0, got");
  }
}
