package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.Seeds;
import org.lmconv.model.tensor.Precision;

class WeightedAverageTest {
  private static final int SIZE = 1000;

  private static Packed packed(float... values) {
    return Packed.of(Precision.FLOAT32, values);
  }

  private static float[] random(int seed) {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (Seeds.uniform(seed, i) - 0.5f) / 3;
    }
    return values;
  }

  @Test
  void weightsCount() {
    WeightedAverage average = new WeightedAverage(2);
    average.add(packed(1, -8), 1);
    average.add(packed(5, 0), 3);
    assertThat(average.mean()).containsExactly(4, -2);
    assertThat(average.sum()).containsExactly(16, -8);
  }

  /** Workers that agree are not moved by being averaged. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void theMeanOfEqualVectorsIsThatVectorBitForBit(int workers) {
    for (double weight : new double[] {1, 8, 13}) {
      WeightedAverage average = new WeightedAverage(SIZE);
      for (int worker = 0; worker < workers; worker++) {
        average.add(packed(random(5)), weight);
      }
      assertThat(average.mean()).isEqualTo(random(5));
    }
  }

  @Test
  void theOrderOfTheWorkersOnlyRounds() {
    WeightedAverage forwards = new WeightedAverage(SIZE);
    WeightedAverage backwards = new WeightedAverage(SIZE);
    double[] exact = new double[SIZE];
    for (int worker = 0; worker < 9; worker++) {
      forwards.add(packed(random(worker)), worker + 1);
      backwards.add(packed(random(8 - worker)), 9 - worker);
      for (int i = 0; i < SIZE; i++) {
        exact[i] += (worker + 1) * (double) random(worker)[i] / 45;
      }
    }
    float[] forwardMean = forwards.mean();
    float[] backwardMean = backwards.mean();
    for (int i = 0; i < SIZE; i++) {
      float mean = forwardMean[i];
      // Sums in double differ far below a float32: at most in its last bit, where they straddle it.
      assertThat(Math.abs(mean - backwardMean[i])).isLessThanOrEqualTo(Math.ulp(mean));
      assertThat(Math.abs(mean - exact[i])).isLessThanOrEqualTo(Math.ulp(mean));
    }
  }

  @Test
  void refusesAVectorOfAnotherSize() {
    WeightedAverage average = new WeightedAverage(SIZE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> average.add(packed(new float[SIZE + 1]), 1))
        .withMessage("cannot average 1000 elements with 1001");
  }
}
