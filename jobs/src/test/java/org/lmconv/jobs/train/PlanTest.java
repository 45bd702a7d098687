package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.PlanKeys;
import org.lmconv.jobs.conf.PlanKeys.PlanConfig;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.session.SparkSessions;
import org.lmconv.model.device.ModelSpec;

class PlanTest {
  /** Rounds of 0.1 s and 0.05 s per worker. */
  private static Prediction prediction(double update, double resultMb, double gigabits) {
    return new Prediction(update, 0.1, 0.05, 100, resultMb, gigabits);
  }

  private static final Prediction ALONE = prediction(0.2, 100, 0);

  private final Printed out = new Printed();
  @TempDir private Path folder;

  @Test
  void theShareIsTrainingByTrainingAndTheRest() {
    assertThat(ALONE.overhead(2)).isCloseTo(0.2, within(1e-9));
    assertThat(ALONE.share(2, 1)).isCloseTo(0.5, within(1e-9));
    assertThat(ALONE.share(2, 4)).isCloseTo(0.8, within(1e-9)); // 0.8 of 1.0 s
    assertThat(ALONE.share(6, 4)).isCloseTo(2 / 3.0, within(1e-9)); // 0.8 of 1.2 s
  }

  @Test
  void theLeastLocalStepsReachTheShareAndOneLessDoesNot() {
    assertThat(ALONE.leastSteps(2, 0.8)).isEqualTo(4); // exactly
    assertThat(ALONE.leastSteps(2, 0.81)).isEqualTo(5);
    assertThat(ALONE.leastSteps(2, 0.01)).isEqualTo(1);
    for (int workers : List.of(1, 3, 8, 32)) {
      int least = ALONE.leastSteps(workers, 0.9);
      assertThat(ALONE.share(workers, least)).isGreaterThanOrEqualTo(0.9 - 1e-9);
      assertThat(ALONE.share(workers, least - 1)).isLessThan(0.9);
    }
  }

  @Test
  void theNetworkCarriesTwoCopiesDownAndResultsUp() {
    Prediction network = prediction(0.2, 100, 8); // 1000 MB/s
    assertThat(network.overhead(1) - ALONE.overhead(1)).isCloseTo(0.1 + 0.1, within(1e-9));
    assertThat(network.overhead(8) - ALONE.overhead(8)).isCloseTo(0.2 + 0.8, within(1e-9));
    // Slices: 15/16 of a vector between executors, then one model to the driver.
    assertThat(network.overhead(16) - ALONE.overhead(16))
        .isCloseTo(0.2 + 0.09375 + 0.1, within(1e-9));
    Prediction half = prediction(0.2, 50, 8);
    assertThat(half.overhead(8) - ALONE.overhead(8)).isCloseTo(0.2 + 0.4, within(1e-9));
  }

  @Test
  void theTableSaysWhatIsExtrapolatedAndWhatToSet() {
    assertThat(table(List.of(16, 2), 0.8).lines())
        .anyMatch(line -> line.matches(" +workers +H=1 +H=2 .* H=128 +H for 80 %"))
        .anyMatch(line -> line.matches(" +2 +50\\.0 +66\\.7 +80\\.0 .* 4"))
        // 0.2 of 1.1 s; 0.9 s are four times what trains at 80 % with H = 18.
        .anyMatch(line -> line.matches(" +16\\* +18\\.2 .* 18"))
        .contains(
            "* extrapolated from rounds of 4",
            "  more than 8 exchange slices, which was not measured: guesses",
            "advice: set train.local-steps=18 train.inner-state=local: 80 % of each round or more"
                + " is training with up to 16 workers");
  }

  @Test
  void theTableSaysSoWhereOneStepWillDoOrRoundsAreVeryLong() {
    assertThat(table(List.of(4), 0.1))
        .contains("advice: train.local-steps=1 will do: 10 % of each round or more is training")
        .doesNotContain("extrapolated", "not measured");
    assertThat(table(List.of(4), 0.997)).contains("steps=499 ").doesNotContain("DiLoCo");
    assertThat(table(List.of(4), 0.9971)).contains("steps=516 ", "; beyond 500 steps");
  }

  private static String table(List<Integer> workers, double share) {
    Printed out = new Printed();
    new Plan(new PlanConfig(0, 0, workers, share), ALONE, 4).print(out);
    return out.text();
  }

  @Test
  void aRunIsPredictedAsItWas() throws IOException {
    JobConfig config = TinyRuns.config("run=" + folder, "plan.workers=[2, 4]");
    RunDirectory.at(SparkSessions.files(), config.as(PlanKeys.class).run())
        .writeRounds(List.of(round(1, 1, 0.9), round(2, 2, 0.5), round(3, 2, 0.5)));
    assertThat(RoundCosts.isOfRun(config)).isTrue();
    RoundCosts costs = RoundCosts.ofRun(TestSpark.session(), config);
    assertThat(costs.source())
        .isEqualTo(
            "from 2 rounds of %s, of 2 workers, without their checkpoints",
            config.as(PlanKeys.class).run());
    assertThat(costs.workers()).isEqualTo(2);
    // 16 updates in 0.8 s, of rounds of 0.8 + 0.5 + 0.2 + 0.1 s.
    assertThat(costs.prediction()).isEqualTo(new Prediction(0.05, 0.1 + 0.2, 0.25, 4, 2, 0));
    assertThat(costs.prediction().share(2, 16)).isCloseTo(0.5, within(1e-9));
    JobConfig given = TinyRuns.config("run=" + folder, "plan.step-seconds=7.0");
    assertThat(RoundCosts.ofRun(TestSpark.session(), given).prediction().update()).isEqualTo(7);
  }

  private static RoundReport round(int number, int workers, double collect) {
    return new RoundReport(
        "run",
        number,
        100,
        90,
        0.2,
        1e-3,
        workers,
        16,
        new PhaseSeconds(0.1, 0.8, collect, 0.2, 9),
        10,
        4_000_000L * workers,
        2_000_000L * workers,
        null,
        1,
        0,
        1,
        null,
        "a",
        Instant.EPOCH);
  }

  @Test
  void anotherNetworkThanThatOfTheRunIsMeasured() throws IOException {
    List<String> words =
        List.of(
            "device=cpu",
            "bench.image=4x4x1",
            "bench.workers=[1, 3]",
            "bench.rounds=2",
            "bench.repetitions=2");
    JobConfig config = ConfigLoader.load(Optional.empty(), words, "plan", PlanKeys.class);
    PlanKeys keys = config.as(PlanKeys.class);
    assertThat(RoundCosts.isOfRun(config)).isFalse();
    RoundCosts.Update update = RoundCosts.update(config);
    assertThat(update.seconds()).isPositive();
    assertThat(update.loadSeconds()).isPositive();
    RoundCosts costs = RoundCosts.measure(TestSpark.session(), config, update);
    assertThat(costs.source())
        .isEqualTo(
            "from updates of 4 images on this machine, and rounds of 3 workers without them"
                + " on local[4]");
    assertThat(costs.prediction().fixed()).isEqualTo(update.loadSeconds());
    assertThat(costs.prediction().perWorker()).isPositive();
    ModelSpec spec = config.model().spec(keys.bench().imageShape());
    int parameters = spec.newNetwork().layout().size();
    assertThat(costs.prediction().modelMb()).isCloseTo(4e-6 * parameters, within(1e-12));
    new Plan(keys.plan(), costs.prediction(), costs.workers()).print(out);
    assertThat(out.text()).contains("* extrapolated from rounds of 3\n", "\nadvice: ");
  }
}
