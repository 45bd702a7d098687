package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.train.WorkerResult.Outcome;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;
import org.lmconv.model.Seeds;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.tensor.Precision;

class VectorSumsTest {
  private static final int SIZE = 1000;

  private static VectorSums sums(int localSteps) {
    return new VectorSums(
        new RoundStart(1, 0, localSteps, ParameterVector.zeros(0), new InnerState.Fresh(), null));
  }

  /** A worker that trained on so many images. */
  private static void add(VectorSums sums, long images, float... values) {
    sums.add(
        new WorkerReport(images, 0, 0, -1, null, Outcome.DONE, ""),
        List.of(Packed.of(Precision.FLOAT32, values)));
  }

  private static float[] random(int seed) {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (Seeds.uniform(seed, i) - 0.5f) / 3;
    }
    return values;
  }

  @Test
  void waysCountByTheImagesAndGradientsDoNot() {
    for (int localSteps : new int[] {1, 2}) {
      VectorSums sums = sums(localSteps);
      add(sums, 1, 1, -8);
      add(sums, 3, 5, 0);
      assertThat(sums.totals().get(0))
          .isEqualTo(localSteps == 1 ? new float[] {6, -8} : new float[] {4, -2});
    }
  }

  /** Workers that agree are not moved by being averaged. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void theMeanOfEqualVectorsIsThatVectorBitForBit(int workers) {
    for (int images : new int[] {1, 8, 13}) {
      VectorSums sums = sums(2);
      for (int worker = 0; worker < workers; worker++) {
        add(sums, images, random(5));
      }
      assertThat(sums.totals().get(0)).isEqualTo(random(5));
    }
  }

  @Test
  void theOrderOfTheWorkersOnlyRounds() {
    VectorSums forwards = sums(2);
    VectorSums backwards = sums(2);
    double[] exact = new double[SIZE];
    for (int worker = 0; worker < 9; worker++) {
      add(forwards, worker + 1, random(worker));
      add(backwards, 9 - worker, random(8 - worker));
      for (int i = 0; i < SIZE; i++) {
        exact[i] += (worker + 1) * (double) random(worker)[i] / 45;
      }
    }
    float[] mean = forwards.totals().get(0);
    float[] backwardMean = backwards.totals().get(0);
    for (int i = 0; i < SIZE; i++) {
      // Sums in double differ far below a float32: at most in its last bit, where they straddle it.
      assertThat(Math.abs(mean[i] - backwardMean[i])).isLessThanOrEqualTo(Math.ulp(mean[i]));
      assertThat(Math.abs(mean[i] - exact[i])).isLessThanOrEqualTo(Math.ulp(mean[i]));
    }
  }

  @Test
  void refusesAVectorOfAnotherSize() {
    VectorSums sums = sums(2);
    add(sums, 1, random(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> add(sums, 1, new float[SIZE + 1]))
        .withMessage("cannot average 1000 elements with 1001");
  }
}
