package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.parameter.ParameterVector;

class MovingAverageTest {
  private static MovingAverage average(Optional<ParameterVector> before, String... words) {
    TrainingState state =
        new TrainingState(0, 0, vector(4, 8), new InnerState.Fresh(), Optional.empty(), before);
    return new MovingAverage(TinyRuns.config(words).as(TrainKeys.class).train(), state);
  }

  private static ParameterVector vector(float... values) {
    return new ParameterVector(values);
  }

  @Test
  void startsAtTheParametersAndFollowsThem() {
    MovingAverage average = average(Optional.empty(), "train.ema-decay=0.75");
    assertThat(average.value()).contains(vector(4, 8));
    average.follow(vector(8, 8), 1);
    assertThat(average.value()).contains(vector(5, 8));
    average.follow(vector(9, 0), 1);
    assertThat(average.value()).contains(vector(6, 6));
  }

  @Test
  void goesOnWithAnEarlierAverageAndLeavesItAlone() {
    ParameterVector before = vector(0, 0);
    MovingAverage average = average(Optional.of(before), "train.ema-decay=0.5");
    average.follow(vector(2, 6), 1);
    assertThat(average.value()).contains(vector(1, 3));
    assertThat(before).isEqualTo(vector(0, 0));
  }

  @Test
  void aRoundOfSeveralStepsCountsAsThatManyDecays() {
    MovingAverage steps = average(Optional.empty(), "train.ema-decay=0.9");
    steps.follow(vector(0, 0), 5);
    double kept = Math.pow(0.9, 5);
    // One rounding to float32 of a number of order 4.
    assertThat(steps.value().orElseThrow().values()[0])
        .isCloseTo((float) (4 * kept), within(1e-6f));
  }

  @Test
  void whatWasGivenOutDoesNotChange() {
    MovingAverage average = average(Optional.empty(), "train.ema-decay=0.5");
    ParameterVector early = average.value().orElseThrow();
    average.follow(vector(0, 0), 1);
    assertThat(early).isEqualTo(vector(4, 8));
  }

  @Test
  void thereIsNoneWhereItIsOff() {
    MovingAverage off = average(Optional.of(vector(1, 1)), "train.ema-decay=0");
    off.follow(vector(2, 2), 1);
    assertThat(off.value()).isEmpty();
  }
}
