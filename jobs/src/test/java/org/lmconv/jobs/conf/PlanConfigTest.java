package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.conf.JobConfig.PlanKeys;

class PlanConfigTest {
  @TempDir private Path folder;

  private static JobConfig load(String... words) {
    return ConfigLoader.load(Optional.empty(), List.of(words), "plan", PlanKeys.class);
  }

  @Test
  void readsCountsOfWorkers() throws IOException {
    assertThat(load().plan().workers()).containsExactly(2, 4, 8, 16, 32);
    assertThat(load("plan.workers=[3, 64]").plan().workers()).containsExactly(3, 64);
    assertThat(load("bench.workers=6").bench().workers()).containsExactly(6);
    Path file = Files.writeString(folder.resolve("a.conf"), "plan.workers = 5");
    assertThat(
            ConfigLoader.load(Optional.of(file), List.of(), "plan", PlanKeys.class)
                .plan()
                .workers())
        .containsExactly(5);
  }

  @Test
  void readsTheRest() {
    PlanConfig plan =
        load("plan.step-seconds=0.25", "plan.gigabits-per-second=10", "plan.share=0.5").plan();
    assertThat(plan).isEqualTo(new PlanConfig(0.25, 10, List.of(2, 4, 8, 16, 32), 0.5));
  }

  @Test
  void isNotReplacedByOtherValues() {
    JobConfig changed = load("plan.share=0.5").with(Map.of("train.workers", 7));
    assertThat(changed.plan().share()).isEqualTo(0.5);
    assertThat(changed.train().workers()).isEqualTo(7);
  }
}
