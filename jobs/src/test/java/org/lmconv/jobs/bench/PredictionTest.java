package org.lmconv.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.PlanConfig;
import org.lmconv.model.tensor.Precision;

class PredictionTest {
  private static final Network NO_NETWORK = new Network(0, Precision.FLOAT32);

  /** Rounds of 0.1 s and 0.05 s per worker, whatever the size. */
  private static Prediction prediction(StepTime step, Network network) {
    return new Prediction(
        step,
        new Overheads(
            OverheadTest.rows(List.of(1, 2, 4), (workers, megabytes) -> 0.1 + 0.05 * workers)),
        network,
        100);
  }

  @Test
  void theShareIsTrainingByTrainingAndTheRest() {
    Prediction prediction = prediction(StepTime.given(0.2), NO_NETWORK);
    assertThat(prediction.overhead(2)).isCloseTo(0.2, within(1e-9));
    assertThat(prediction.share(2, 1)).isCloseTo(0.5, within(1e-9));
    assertThat(prediction.share(2, 4)).isCloseTo(0.8, within(1e-9)); // 0.8 of 1.0 s
    assertThat(prediction.share(6, 4)).isCloseTo(2 / 3.0, within(1e-9)); // 0.8 of 1.2 s
  }

  @Test
  void loadingTheModelAndTheNetworkAreNoTraining() {
    StepTime step = new StepTime(0.2, 0.3, "");
    assertThat(prediction(step, NO_NETWORK).share(2, 4)).isCloseTo(0.8 / 1.3, within(1e-9));
    // Two copies down and two vectors up: 400 MB at 1000 MB/s.
    assertThat(prediction(step, new Network(8, Precision.FLOAT32)).share(2, 4))
        .isCloseTo(0.8 / 1.7, within(1e-9));
  }

  @Test
  void theLeastLocalStepsReachTheShareAndOneLessDoesNot() {
    Prediction prediction = prediction(StepTime.given(0.2), NO_NETWORK);
    assertThat(prediction.leastSteps(2, 0.8)).isEqualTo(4); // exactly
    assertThat(prediction.leastSteps(2, 0.81)).isEqualTo(5);
    assertThat(prediction.leastSteps(2, 0.01)).isEqualTo(1);
    for (int workers : List.of(1, 3, 8, 32)) {
      int least = prediction.leastSteps(workers, 0.9);
      assertThat(prediction.share(workers, least)).isGreaterThanOrEqualTo(0.9 - 1e-9);
      assertThat(prediction.share(workers, least - 1)).isLessThan(0.9);
    }
  }

  @Test
  void theNetworkCarriesTwoCopiesDownAndVectorsUp() {
    Network network = new Network(8, Precision.FLOAT32); // 1000 MB/s
    assertThat(network.seconds(1, 100)).isCloseTo(0.1 + 0.1, within(1e-9));
    assertThat(network.seconds(8, 100)).isCloseTo(0.2 + 0.8, within(1e-9));
    // Slices: 15/16 of a vector between executors, then one model to the driver.
    assertThat(network.seconds(16, 100)).isCloseTo(0.2 + 0.09375 + 0.1, within(1e-9));
    Network half = new Network(8, Precision.BFLOAT16);
    assertThat(half.seconds(8, 100)).isCloseTo(0.2 + 0.4, within(1e-9));
    assertThat(half.seconds(16, 100)).isCloseTo(0.2 + 0.046875 + 0.1, within(1e-9));
    assertThat(NO_NETWORK.seconds(8, 100)).isZero();
  }

  @Test
  void theTableSaysWhatIsExtrapolatedAndWhatToSet() {
    String text = table(List.of(16, 2), 0.8);
    assertThat(text.lines())
        .anyMatch(line -> line.matches(" +workers +H=1 +H=2 .* H=128 +H for 80 %"))
        .anyMatch(line -> line.matches(" +2 +50\\.0 +66\\.7 +80\\.0 .* 4"))
        // 0.2 of 1.1 s; 0.9 s are four times what trains at 80 % with H = 18.
        .anyMatch(line -> line.matches(" +16\\* +18\\.2 .* 18"))
        .contains(
            "* extrapolated: at most 4 workers were measured",
            "  with 16 workers the exchange is sliced, which was not measured: guesses",
            "advice: set train.local-steps=18 train.inner-state=local: 80 % of each round or more"
                + " is training with up to 16 workers (extrapolated); with 2 workers 4 will do");
  }

  @Test
  void theTableSaysSoWhereOneStepWillDo() {
    assertThat(table(List.of(4), 0.1))
        .contains(
            "advice: train.local-steps=1 will do: 10 % of each round or more is training with 4"
                + " workers\n")
        .doesNotContain("extrapolated")
        .doesNotContain("not measured");
  }

  @Test
  void theTableWarnsOfRoundsThatAreVeryLong() {
    assertThat(table(List.of(4), 0.997))
        .contains("train.local-steps=499 ")
        .doesNotContain("DiLoCo");
    assertThat(table(List.of(4), 0.9971))
        .contains("local-steps=516 ")
        .contains("; beyond 500 steps");
  }

  private static String table(List<Integer> workers, double share) {
    Printed out = new Printed();
    PlanConfig plan = new PlanConfig(0.2, 0, workers, share);
    new PlanTable(plan, prediction(StepTime.given(0.2), NO_NETWORK)).print(out);
    return out.text();
  }

  @Test
  void timesThatVaryAreDoubted() {
    assertThat(StepTime.doubt(List.of(new Times(15, 10, 11, 18, 5)), 2)).isEmpty();
    List<Times> vary = List.of(new Times(10, 9, 9, 11, 5), new Times(16, 8, 9, 18, 5));
    assertThat(StepTime.doubt(vary, 2)).contains("some took 8.00 ms").contains("bench.threads=1");
    assertThat(StepTime.doubt(vary, 1)).contains("wait, or give plan.step-seconds");
  }
}
