package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.jobs.run.CheckpointFixture.HADOOP;
import static org.lmconv.jobs.run.CheckpointFixture.layout;
import static org.lmconv.jobs.run.CheckpointFixture.manifest;
import static org.lmconv.jobs.run.CheckpointFixture.random;
import static org.lmconv.jobs.run.CheckpointFixture.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

class CheckpointsTest {
  private static final int SIZE = layout().size();

  @TempDir private Path folder;
  private CheckpointFixture run;

  @BeforeEach
  void openRun() {
    run = new CheckpointFixture(folder);
  }

  private static TrainingState state(int round) {
    return CheckpointFixture.state(round, SIZE, true);
  }

  private String newest() throws IOException {
    return run.checkpoints().newest().map(org.apache.hadoop.fs.Path::getName).orElse("none");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsWrittenIsReadBitForBit(boolean ema) throws IOException {
    TrainingState state = CheckpointFixture.state(7, SIZE, ema);
    Path directory = run.write(state);
    Checkpoint read = read(directory);
    assertThat(read.state()).isEqualTo(state);
    assertThat(read.state().ema().isPresent()).isEqualTo(ema);
    assertThat(read.manifest())
        .usingRecursiveComparison()
        .ignoringFields("written")
        .isEqualTo(manifest(state, read.manifest().parts()));
    assertThat(read.manifest().parts()).hasSize(ema ? 4 : 3);
    assertThat(read.model()).isEqualTo(CheckpointFixture.model());
    assertThat(read.config().text()).isEqualTo(CheckpointFixture.config().text());
    assertThat(read.directory().getName()).isEqualTo("round=000007");
  }

  @Test
  void tensorsWithoutAManifestAreNoCheckpoint() throws IOException {
    run.write(state(1));
    run.checkpoints().writeTensors(layout(), state(2));
    assertThat(run.directory(2).resolve("part-00000-parameter.parquet")).exists();
    assertThat(newest()).isEqualTo("round=000001");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> read(run.directory(2)))
        .withMessageEndingWith(
            "round=000002 has no manifest.json, so it is no checkpoint or was never finished;"
                + " use another one");
    run.checkpoints().commit(manifest(state(2), parts(2)));
    assertThat(newest()).isEqualTo("round=000002");
    assertThat(read(run.directory(2)).state()).isEqualTo(state(2));
  }

  private List<String> parts(int round) throws IOException {
    try (Stream<Path> files = Files.list(run.directory(round))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("part-"))
          .sorted()
          .toList();
    }
  }

  @Test
  void whatAnInterruptedRunLeftIsReplaced() throws IOException {
    run.checkpoints().writeTensors(layout(), state(3));
    assertThat(parts(3)).hasSize(4);
    TrainingState withoutEma = CheckpointFixture.state(3, SIZE, false);
    run.write(withoutEma);
    assertThat(parts(3)).hasSize(3);
    assertThat(read(run.directory(3)).state()).isEqualTo(withoutEma);
  }

  private static TrainingState with(InnerState inner, Optional<ParameterVector> momentum) {
    TrainingState state = CheckpointFixture.state(7, SIZE, true);
    return new TrainingState(
        7, state.imagesSeen(), state.parameters(), inner, momentum, state.ema());
  }

  @Test
  void theOuterMomentumAndAMissingOptimiserAreReadAsWritten() throws IOException {
    ParameterVector momentum = random(SIZE, 9);
    TrainingState state = with(new InnerState.Fresh(), Optional.of(momentum));
    assertThat(read(run.write(state)).state()).isEqualTo(state);
    assertThat(parts(7))
        .containsExactly(
            "part-00000-parameter.parquet",
            "part-00001-outer_momentum.parquet",
            "part-00002-ema.parquet");
  }

  private static AdamState adam(int worker) {
    return new AdamState(21, random(SIZE, 50 + worker), random(SIZE, 60 + worker));
  }

  private Path writeOwn(int... workers) throws IOException {
    TrainingState state = with(new InnerState.Own(21, 2), Optional.empty());
    for (int worker : workers) {
      WorkerParts.write(
          HADOOP,
          new org.apache.hadoop.fs.Path(run.directory(7).toString()),
          layout(),
          worker,
          adam(worker));
    }
    List<String> parts = run.checkpoints().writeTensors(layout(), state);
    run.checkpoints().commit(manifest(state, parts));
    return run.directory(7);
  }

  @Test
  void theOptimisersOfWorkersAreReadByEachAndAsAMean() throws IOException {
    Checkpoint read = read(writeOwn(1, 0));
    InnerState.Own own = (InnerState.Own) read.state().inner();
    assertThat(own).isEqualTo(new InnerState.Own(21, 2));
    for (int worker = 0; worker < 2; worker++) {
      assertThat(WorkerParts.read(HADOOP, read.directory(), layout(), worker, own.step()))
          .isEqualTo(adam(worker));
    }
    AdamState mean = WorkerParts.mean(HADOOP, read.directory(), layout(), own);
    assertThat(mean.step()).isEqualTo(21);
    assertMean(mean.m(), adam(0).m(), adam(1).m());
    assertMean(mean.v(), adam(0).v(), adam(1).v());
  }

  private static void assertMean(ParameterVector mean, ParameterVector a, ParameterVector b) {
    for (int i = 0; i < SIZE; i += 97) {
      // Two roundings of float32 numbers below 1.
      assertThat(mean.values()[i]).isCloseTo((a.values()[i] + b.values()[i]) / 2, within(1e-7f));
    }
  }

  @Test
  void aCheckpointWithoutThePartOfAWorkerIsNotMade() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> writeOwn(0))
        .withMessageContaining("round=000007 has no part-worker-00001.parquet: its worker wrote to")
        .withMessageEndingWith("share, or use train.inner-state=average");
    assertThat(run.directory(7).resolve("manifest.json")).doesNotExist();
  }

  @Test
  void nothingIsNewestInAnEmptyRun() throws IOException {
    assertThat(newest()).isEqualTo("none");
    Files.createDirectories(run.directory(1));
    Files.createDirectories(folder.resolve("checkpoints/backup"));
    Files.writeString(folder.resolve("checkpoints/backup/manifest.json"), "{}");
    Files.createDirectories(folder.resolve("checkpoints/round=best"));
    Files.writeString(folder.resolve("checkpoints/round=best/manifest.json"), "{}");
    assertThat(newest()).isEqualTo("none");
  }

  @Test
  void theNewestIsThatOfTheHighestRoundEvenBeyondSixDigits() throws IOException {
    for (int round : new int[] {999_999, 1_000_000, 20}) {
      run.write(state(round));
    }
    assertThat(newest()).isEqualTo("round=1000000");
    run.checkpoints().keepNewest(2, 1_000_000);
    assertThat(run.checkpoints().complete())
        .extracting(org.apache.hadoop.fs.Path::getName)
        .containsExactly("round=999999", "round=1000000");
    assertThat(run.directory(20)).doesNotExist();
  }

  @Test
  void keepingMoreThanThereAreDeletesNothing() throws IOException {
    run.write(state(1));
    run.checkpoints().keepNewest(5, 1_000_000);
    assertThat(read(run.directory(1)).state()).isEqualTo(state(1));
  }
}
