package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Checkpoints;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/** Whole training runs on tiny images. */
class TrainTest {
  private static String tiny;
  @TempDir private Path folder;
  private String data = tiny;

  @BeforeAll
  static void makeImages(@TempDir Path images) {
    tiny = TinyRuns.table(images);
  }

  private String train(String run, String... words) throws IOException {
    return TrainForTests.train(
        Stream.concat(Stream.of("run=" + folder.resolve(run), "data=" + data), Stream.of(words))
            .toArray(String[]::new));
  }

  private Checkpoint newest(String run) throws IOException {
    var hadoop = TestSpark.session().sparkContext().hadoopConfiguration();
    var checkpoints = RunDirectory.at(hadoop, folder.resolve(run).toString()).checkpoints();
    return Checkpoints.read(hadoop, checkpoints.newest().orElseThrow());
  }

  private TrainingState state(String run) throws IOException {
    return newest(run).state();
  }

  private AdamState adam(String run) throws IOException {
    return ((InnerState.Shared) state(run).inner()).adam();
  }

  /** Adam with a large ε is smooth: without it a gradient of nearly 0 steps by its sign. */
  private static final String SMOOTH_ADAM = "train.epsilon=1";

  /** Positional norm divides by the spread of a pixel's features: it magnifies rounding. */
  private static final String NO_MAGNIFIER = "model.normalization=weight_norm";

  @Test
  void workersWithOneLocalStepEqualOneWorkerWithTheJoinedBatch() throws IOException {
    String[] common = {"orders=s_curve/2", SMOOTH_ADAM, NO_MAGNIFIER, "train.learning-rate=0.1"};
    for (int workers : new int[] {1, 2, 4}) {
      train(
          "workers" + workers,
          Stream.concat(
                  Stream.of(common),
                  Stream.of("train.workers=" + workers, "train.batch-size=" + 4 / workers))
              .toArray(String[]::new));
    }
    TrainingState one = state("workers1");
    for (String run : new String[] {"workers2", "workers4"}) {
      assertThat(state(run).imagesSeen()).isEqualTo(one.imagesSeen()).isEqualTo(16);
      // Float32 sums of the same images in another order, over four steps of about 0.1.
      assertThat(state(run).parameters().values())
          .containsExactly(one.parameters().values(), within(1e-5f));
      assertThat(state(run).parameters()).isNotEqualTo(adam("workers1").m());
    }
  }

  /** Equal images and no other randomness: every worker arrives at the same place. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void identicalWorkersEqualOneWorker(int localSteps) throws IOException {
    data = TinyRuns.table(folder, "equal.parquet", image -> 5);
    String steps = "train.local-steps=" + localSteps;
    String[] common = {
      "orders=raster/0", "binarize=threshold", steps, "train.warmup-images=0", NO_MAGNIFIER
    };
    // A rate at which nothing moves within the gradients' one round, so that they can be compared.
    String[] constantRate = {
      "train.decay-share=0", SMOOTH_ADAM, "train.learning-rate=" + (localSteps == 1 ? 1e-9 : 1e-2)
    };
    for (int workers : new int[] {1, 3}) {
      train(
          "equal" + workers,
          Stream.of(common, constantRate, new String[] {"train.workers=" + workers})
              .flatMap(Stream::of)
              .toArray(String[]::new));
    }
    if (localSteps > 1) {
      // Float32: the single worker has more threads, whose sums round in another way, and
      // positional norm magnifies that: 2e-5 seen, where the parameters move by about 0.1.
      assertThat(state("equal3").parameters().values())
          .containsExactly(state("equal1").parameters().values(), within(1e-5f));
    } else {
      // The gradient is a sum over images, so three workers' is three times that of one; rounding
      // as above, of numbers of order 10.
      ParameterVector m = adam("equal1").m();
      m.scale(3);
      assertThat(adam("equal3").m().values()).containsExactly(m.values(), within(1e-3f));
    }
    assertThat(state("equal3").inner().step()).isEqualTo(state("equal1").inner().step());
    assertThat(state("equal3").imagesSeen()).isEqualTo(3 * state("equal1").imagesSeen());
  }

  @Test
  void differentSeedsAndOrdersGiveDifferentModels() throws IOException {
    train("one", "train.rounds=1");
    train("again", "train.rounds=1");
    train("other", "train.rounds=1", "seed=2");
    assertThat(state("again")).isEqualTo(state("one"));
    assertThat(state("other").parameters()).isNotEqualTo(state("one").parameters());
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRunAndKeepsTheLastCheckpoint() throws IOException {
    train("burst", "train.rounds=1");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () ->
                train(
                    "burst",
                    "train.rounds=9",
                    "train.learning-rate=1e38",
                    "train.warmup-images=0",
                    "train.decay-share=0"))
        .withMessageMatching(
            "training stopped in round \\d, worker \\d: the loss is NaN at order s_curve/\\d,"
                + " learning rate 1.00e\\+38; checkpoints are as they were: go on with a"
                + " lower train.learning-rate, or clip gradients with train.clip");
    assertThat(state("burst").round()).isEqualTo(1);
  }

  @Test
  void aRunThatIsDoneSaysSoAndShowsItsScores() throws IOException {
    String first = train("done", "train.rounds=1");
    String second = train("done", "train.rounds=1");
    assertThat(second)
        .contains("going on with run " + folder.resolve("done") + " after round 1")
        .contains("all 1 rounds are done; go on with train.rounds=MORE");
    assertThat(table(second)).isEqualTo(table(first)).contains("ensemble");
    assertThat(train("done", "train.rounds=1", "score.images=3"))
        .contains("3 images of tiny, split test");
  }

  private static String table(String printed) {
    int start = printed.indexOf("7 images of");
    return printed.substring(start, printed.lastIndexOf(" in all;") - 5);
  }

  @Test
  void scoringEveryFewRoundsChangesNothing() throws IOException {
    train("plain", "train.rounds=2", "train.ema-decay=0.9");
    String printed =
        train("scored", "train.rounds=2", "train.ema-decay=0.9", "train.evaluate-every=1");
    assertThat(state("scored")).isEqualTo(state("plain"));
    assertThat(printed)
        .contains("after round 1, binarize=dynamic(1)\n")
        .contains("after round 1, binarize=dynamic(1), moving average of the parameters\n")
        .contains("after round 2, binarize=dynamic(1)\n");
  }

  @Test
  void aReportThatCannotBeWrittenIsToldAndTheRunIsKept() throws IOException {
    train("run", "train.rounds=1");
    Files.createDirectory(folder.resolve("run/report.html")); // in its place
    Printed out = new Printed();
    Train.report(TestSpark.session(), folder.resolve("run").toString(), out);
    assertThat(out.text())
        .startsWith("there is no report: ")
        .endsWith("; to try again: bin/lmconv report run=" + folder.resolve("run") + "\n");
    assertThat(state("run").round()).isEqualTo(1);
  }
}
