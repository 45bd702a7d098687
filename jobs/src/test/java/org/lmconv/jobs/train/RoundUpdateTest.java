package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.train.LocalUpdate.OuterStep;
import org.lmconv.jobs.train.RoundUpdate.MovingAverage;
import org.lmconv.model.parameter.ParameterVector;

/** The arithmetic of the driver's part of a round. */
class RoundUpdateTest {
  private static OuterStep step(Optional<ParameterVector> before, String... words) {
    return new OuterStep(TinyRuns.config(words).as(TrainKeys.class).train(), 2, before);
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
  void nesterovGoesOnWithAnEarlierMomentumAndLeavesItAlone() {
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

  private static MovingAverage average(Optional<ParameterVector> before, double decay) {
    TrainingState state =
        new TrainingState(0, 0, vector(4, 8), new InnerState.Fresh(), Optional.empty(), before);
    return new MovingAverage(decay, state);
  }

  @Test
  void anAverageStartsAtTheParametersAndFollowsThem() {
    MovingAverage average = average(Optional.empty(), 0.75);
    assertThat(average.value()).contains(vector(4, 8));
    average.follow(vector(8, 8), 1);
    assertThat(average.value()).contains(vector(5, 8));
    average.follow(vector(9, 0), 1);
    assertThat(average.value()).contains(vector(6, 6));
  }

  @Test
  void anAverageGoesOnWithAnEarlierOneAndLeavesItAlone() {
    ParameterVector before = vector(0, 0);
    MovingAverage average = average(Optional.of(before), 0.5);
    average.follow(vector(2, 6), 1);
    assertThat(average.value()).contains(vector(1, 3));
    assertThat(before).isEqualTo(vector(0, 0));
  }

  @Test
  void aRoundOfSeveralStepsCountsAsThatManyDecays() {
    MovingAverage steps = average(Optional.empty(), 0.9);
    steps.follow(vector(0, 0), 5);
    double kept = Math.pow(0.9, 5);
    // One rounding to float32 of a number of order 4.
    assertThat(steps.value().orElseThrow().values()[0])
        .isCloseTo((float) (4 * kept), within(1e-6f));
  }

  @Test
  void whatWasGivenOutDoesNotChange() {
    MovingAverage average = average(Optional.empty(), 0.5);
    ParameterVector early = average.value().orElseThrow();
    average.follow(vector(0, 0), 1);
    assertThat(early).isEqualTo(vector(4, 8));
  }

  @Test
  void thereIsNoAverageWhereItIsOff() {
    MovingAverage off = average(Optional.of(vector(1, 1)), 0);
    off.follow(vector(2, 2), 1);
    assertThat(off.value()).isEmpty();
  }
}
