package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.parameter.ParameterVector;

class LearningRateTest {
  /** A few roundings of doubles below 1. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** 1000 images in steps of 10: 200 of rise, 300 of plateau, 500 of fall. */
  private final LearningRate rate = rate("train.warmup-images=200", "train.decay-share=0.5");

  private static LearningRate rate(String... words) {
    Stream<String> run =
        Stream.of(
            "train.rounds=100",
            "train.workers=1",
            "train.batch-size=10",
            "train.learning-rate=0.25");
    return rate(state(0, 0), Stream.concat(run, Stream.of(words)).toArray(String[]::new));
  }

  private static LearningRate rate(TrainingState state, String... words) {
    return LearningRate.of(TinyRuns.config(words).as(TrainKeys.class).train(), state);
  }

  private static TrainingState state(int round, long imagesSeen) {
    ParameterVector none = ParameterVector.zeros(0);
    return new TrainingState(
        round, imagesSeen, none, new InnerState.Fresh(), Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.05", "10, 0.1", "90, 0.5", "180, 0.95", // the rise
    "190, 1", "200, 1", "350, 1", "500, 1", // the plateau
    "510, 0.98", "750, 0.5", "980, 0.04", "990, 0.02" // the fall
  })
  void risesStaysAndFalls(long before, double share) {
    assertThat(rate.at(before, 10)).isCloseTo(0.25 * share, ROUNDING);
  }

  @Test
  void noStepOfTheRunHasARateOfZero() {
    LearningRate steep = rate("train.warmup-images=1000", "train.decay-share=1");
    for (long before = 0; before < 1000; before += 10) {
      assertThat(steep.at(before, 10)).isPositive();
    }
    assertThat(steep.at(1000, 10)).isZero();
    assertThat(steep.at(2000, 10)).as("long after the end").isZero();
  }

  @Test
  void isConstantWhereBothAreOff() {
    LearningRate constant = rate("train.warmup-images=0", "train.decay-share=0");
    for (long before : new long[] {0, 500, 990, 5000}) {
      assertThat(constant.at(before, 10)).isEqualTo(0.25);
    }
  }

  @Test
  void dependsOnTheGlobalBatchNotOnHowManyShareIt() {
    String[] schedule = {"train.warmup-images=320", "train.decay-share=0.3"};
    LearningRate one = rate(words(schedule, 8, 4, 1));
    assertThat(one.totalImages()).isEqualTo(3200);
    assertThat(rate(words(schedule, 4, 8, 1))).isEqualTo(one);
    assertThat(rate(words(schedule, 1, 32, 1))).isEqualTo(one);
    assertThat(rate(words(schedule, 2, 4, 4))).as("local steps count").isEqualTo(one);
    assertThat(rate(words(schedule, 4, 4, 1))).isNotEqualTo(one);
  }

  @Test
  void roundsOfTheWarmupMayBeShorter() {
    String[] words = {
      "train.rounds=100",
      "train.workers=2",
      "train.batch-size=5",
      "train.warmup-images=95",
      "train.local-steps=4"
    };
    // 10 rounds of 10 images begin before the 95th, then there are 90 of 40.
    LearningRate rate = rate(state(0, 0), words);
    assertThat(rate.totalImages()).isEqualTo(100 + 90 * 40);
    assertThat(rate(state(3, 30), words)).isEqualTo(rate);
    assertThat(rate(state(10, 100), words)).isEqualTo(rate);
    assertThat(rate(state(60, 2100), words)).isEqualTo(rate);
  }

  @Test
  void goesOnWhereARunStandsEvenWithAnotherBatch() {
    String[] words = words(new String[] {"train.rounds=100", "train.decay-share=0.5"}, 1, 10, 1);
    assertThat(rate(state(40, 400), words)).isEqualTo(rate(state(0, 0), words));
    // 40 rounds of 10 images, then 60 of 20.
    String[] doubled = words(new String[] {"train.rounds=100", "train.decay-share=0.5"}, 2, 10, 1);
    assertThat(rate(state(40, 400), doubled).totalImages()).isEqualTo(1600);
  }

  private static String[] words(String[] schedule, int workers, int batch, int localSteps) {
    return Stream.concat(
            Stream.of(schedule),
            Stream.of(
                "train.workers=" + workers,
                "train.batch-size=" + batch,
                "train.local-steps=" + localSteps,
                "train.warmup-local-steps=" + localSteps))
        .toArray(String[]::new);
  }
}
