package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.jobs.conf.Keys.EveryKey;
import org.lmconv.jobs.conf.Keys.TrainKeys;

/** The files of the folder conf. */
class ShippedConfigsTest {
  private static final Path FOLDER = Path.of("..", "conf");

  static List<Path> files() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void loads(Path file) {
    assertThat(load(file.getFileName().toString()).as(TrainKeys.class).run())
        .isEqualTo("runs/" + file.getFileName().toString().replace(".conf", ""));
  }

  @Test
  void theQuickstartIsTheDefaults() {
    assertThat(load("quickstart.conf").text()).isEqualTo(ConfigLoader.defaults().text());
  }

  /** Jain et al. 2020 and the authors' code: networks, 32 images per step, rate, clipping. */
  @Test
  void theOthersAreThePublishedRecipes() {
    assertThat(List.of("mnist.conf", "cifar10.conf", "celebahq64.conf"))
        .extracting(ShippedConfigsTest::load)
        .allSatisfy(ShippedConfigsTest::assertPublishedTraining)
        .extracting(JobConfig::model)
        .containsExactly(
            new ModelConfig(160, 5, 3, 2, "pono", true, false, 0, "bernoulli", 10, 8, "exact"),
            new ModelConfig(
                160, 5, 3, 2, "pono", true, false, 0, "logistic_mixture", 10, 8, "exact"),
            new ModelConfig(
                320, 5, 3, 2, "pono", true, false, 0, "logistic_mixture", 10, 5, "published"));
    assertThat(load("mnist.conf").as(TrainKeys.class).train().clip()).isZero();
    assertThat(load("cifar10.conf").as(TrainKeys.class).train().clip()).isEqualTo(2e6);
    assertThat(load("celebahq64.conf").as(TrainKeys.class).train().clip()).isEqualTo(2e6);
  }

  private static void assertPublishedTraining(JobConfig config) {
    TrainConfig train = config.as(TrainKeys.class).train();
    assertThat(train.workers() * train.batchSize() * train.localSteps()).isEqualTo(32);
    assertThat(train.learningRate()).isEqualTo(2e-4);
    assertThat(train.warmupImages()).isZero();
    assertThat(train.decayShare()).isZero();
    assertThat(config.as(TrainKeys.class).orders()).containsExactly("s_curve/*");
  }

  private static JobConfig load(String name) {
    return ConfigLoader.load(Optional.of(FOLDER.resolve(name)), List.of(), "test", EveryKey.class);
  }
}
