package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.UserError;
import org.lmconv.model.train.TrainingState;

class CheckpointsTest {
  private static final int SIZE = CheckpointFixture.layout().size();

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
    Checkpoint read = CheckpointFixture.read(directory);
    assertThat(read.state()).isEqualTo(state);
    assertThat(read.state().ema().isPresent()).isEqualTo(ema);
    assertThat(read.manifest())
        .isEqualTo(CheckpointFixture.manifest(state, read.manifest().parts()));
    assertThat(read.manifest().parts()).hasSize(ema ? 4 : 3);
    assertThat(read.model()).isEqualTo(CheckpointFixture.model());
    assertThat(read.config().text()).isEqualTo(CheckpointFixture.config().text());
    assertThat(read.directory().getName()).isEqualTo("round=000007");
  }

  @Test
  void tensorsWithoutAManifestAreNoCheckpoint() throws IOException {
    run.write(state(1));
    run.checkpoints().writeTensors(CheckpointFixture.layout(), state(2));
    assertThat(run.directory(2).resolve("part-00000-parameter.parquet")).exists();
    assertThat(newest()).isEqualTo("round=000001");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> CheckpointFixture.read(run.directory(2)))
        .withMessageEndingWith(
            "round=000002 has no manifest.json, so it is no checkpoint or was never finished;"
                + " use another one");
    run.checkpoints().commit(CheckpointFixture.manifest(state(2), parts(2)));
    assertThat(newest()).isEqualTo("round=000002");
    assertThat(CheckpointFixture.read(run.directory(2)).state()).isEqualTo(state(2));
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
    run.checkpoints().writeTensors(CheckpointFixture.layout(), state(3));
    assertThat(parts(3)).hasSize(4);
    TrainingState withoutEma = CheckpointFixture.state(3, SIZE, false);
    run.write(withoutEma);
    assertThat(parts(3)).hasSize(3);
    assertThat(CheckpointFixture.read(run.directory(3)).state()).isEqualTo(withoutEma);
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
    run.checkpoints().keepNewest(2);
    assertThat(run.checkpoints().complete())
        .extracting(org.apache.hadoop.fs.Path::getName)
        .containsExactly("round=999999", "round=1000000");
    assertThat(run.directory(20)).doesNotExist();
  }

  @Test
  void keepingMoreThanThereAreDeletesNothing() throws IOException {
    run.write(state(1));
    run.checkpoints().keepNewest(5);
    assertThat(CheckpointFixture.read(run.directory(1)).state()).isEqualTo(state(1));
  }
}
