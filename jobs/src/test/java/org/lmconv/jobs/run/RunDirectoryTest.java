package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.JobConfig.Provenance;
import org.lmconv.jobs.conf.Keys.NllKeys;

class RunDirectoryTest {
  @TempDir private Path folder;

  private RunDirectory run() throws IOException {
    return RunDirectory.at(CheckpointFixture.HADOOP, folder.toString());
  }

  @Test
  void whatARunLeavesThatIsKilledInItsFirstMomentIsNoObstacle() throws IOException {
    Files.writeString(folder.resolve(".config.conf.writing"), "seed = ");
    assertThat(run().config()).isEmpty();
    String id = run().adopt(CheckpointFixture.config());
    assertThat(run().config().orElseThrow().as(Provenance.class).runId())
        .isEqualTo(id)
        .isNotEmpty();
  }

  @Test
  void aDirectoryOfSomethingElseIsRefused() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> run().config())
        .withMessage(
            "run=%s holds files but no config.conf, so it is no run; name another directory",
            folder);
  }

  @Test
  void aConfigurationThatIsDamagedIsNamed() throws IOException {
    Files.writeString(folder.resolve("config.conf"), "seed = 1\ntrain {");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> run().config())
        .withMessageContaining("config.conf: configuration ")
        .withMessageContaining("is malformed");
  }

  @Test
  void aCheckpointInTheWorkingDirectoryHasAPlaceForReportsToo() throws IOException {
    JobConfig config =
        ConfigLoader.load(Optional.empty(), List.of("checkpoint=saved"), "nll", NllKeys.class);
    var checkpoint = SavedModel.directory(CheckpointFixture.HADOOP, config);
    assertThat(checkpoint.isAbsolute()).isTrue();
    assertThat(checkpoint.getParent().toUri().getPath())
        .isEqualTo(Path.of("").toAbsolutePath().toString());
  }

  @Test
  void anIdStaysWithItsRun() throws IOException {
    String id = run().adopt(CheckpointFixture.config());
    assertThat(id).matches("\\d{8}-\\d{6}-[0-9a-f]{6}");
    assertThat(run().adopt(CheckpointFixture.config())).isEqualTo(id);
  }
}
