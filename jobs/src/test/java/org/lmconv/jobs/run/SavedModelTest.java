package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.NllKeys;

class SavedModelTest {
  @Test
  void aCheckpointInTheWorkingDirectoryHasAPlaceForReportsToo() throws IOException {
    JobConfig config =
        ConfigLoader.load(Optional.empty(), List.of("checkpoint=saved"), "nll", NllKeys.class);
    var checkpoint = SavedModel.directory(new Configuration(), config);
    assertThat(checkpoint.isAbsolute()).isTrue();
    assertThat(checkpoint.getParent().toUri().getPath())
        .isEqualTo(Path.of("").toAbsolutePath().toString());
  }
}
