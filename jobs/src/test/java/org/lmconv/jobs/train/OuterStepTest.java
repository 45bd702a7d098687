package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.model.parameter.ParameterVector;

class OuterStepTest {
  private static OuterStep step(Optional<ParameterVector> before, String... words) {
    return new OuterStep(TinyRuns.config(words).as(TrainKeys.class).train().exchange(), 2, before);
  }

  private static ParameterVector vector(float... values) {
    return new ParameterVector(values);
  }

  @Test
  void theAverageGoesAllTheWayAndHasNoMomentum() {
    OuterStep average = step(Optional.empty(), "train.outer=average");
    assertThat(average.step(vector(1, -2), vector(0.5f, -0.25f))).isEqualTo(vector(1.5f, -2.25f));
    assertThat(average.momentum()).isEmpty();
  }

  /** By hand, in numbers that float32 has: b = d/2-decayed sum, p += (d + b/2) / 2. */
  @Test
  void nesterovLooksAhead() {
    OuterStep nesterov =
        step(
            Optional.empty(),
            "train.outer=nesterov",
            "train.outer-learning-rate=0.5",
            "train.outer-momentum=0.5");
    ParameterVector first = nesterov.step(vector(1, -2), vector(0.5f, -0.25f));
    assertThat(first).isEqualTo(vector(1.375f, -2.1875f));
    assertThat(nesterov.momentum()).contains(vector(0.5f, -0.25f));
    ParameterVector second = nesterov.step(first, vector(0.25f, 1));
    assertThat(second).isEqualTo(vector(1.625f, -1.46875f));
    assertThat(nesterov.momentum()).contains(vector(0.5f, 0.875f));
  }

  @Test
  void goesOnWithAnEarlierMomentumAndLeavesItAlone() {
    String[] words = {
      "train.outer=nesterov", "train.outer-learning-rate=0.5", "train.outer-momentum=0.5"
    };
    ParameterVector before = vector(0.5f, -0.25f);
    OuterStep resumed = step(Optional.of(before), words);
    assertThat(resumed.step(vector(1.375f, -2.1875f), vector(0.25f, 1)))
        .isEqualTo(vector(1.625f, -1.46875f));
    assertThat(before).isEqualTo(vector(0.5f, -0.25f));
  }

  @Test
  void nesterovOfRateOneAndNoMomentumIsTheAverage() {
    OuterStep plain =
        step(
            Optional.empty(),
            "train.outer=nesterov",
            "train.outer-learning-rate=1",
            "train.outer-momentum=0");
    assertThat(plain.step(vector(1, -2), vector(0.5f, -0.25f))).isEqualTo(vector(1.5f, -2.25f));
    assertThat(plain.momentum()).isEmpty();
  }
}
