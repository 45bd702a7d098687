package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  @TempDir private Path folder;

  @Test
  void wordsWinOverTheFileAndTheFileOverTheReference() {
    Path file = file("seed = 5\ntrain { rounds = 7, workers = 3 }");
    JobConfig config = load(file, "train.rounds=9");
    assertThat(config.train().rounds()).isEqualTo(9);
    assertThat(config.train().workers()).isEqualTo(3);
    assertThat(config.seed()).isEqualTo(5);
    assertThat(config.model()).isEqualTo(ConfigLoader.defaults().model());
  }

  @Test
  void theLastOfTwoWordsWins() {
    assertThat(load("seed=2", "seed=3").seed()).isEqualTo(3);
  }

  @Test
  void takesValuesAsTheyAreTyped() {
    JobConfig config = load("data=hdfs://host:8020/a b/c=d#1", "run=\"quoted\"", "path=");
    assertThat(config.data()).isEqualTo("hdfs://host:8020/a b/c=d#1");
    assertThat(config.run()).isEqualTo("quoted");
    assertThat(config.path()).isEmpty();
  }

  @Test
  void readsOneOrderOrAListWithOrWithoutQuotes() {
    assertThat(load("orders=s_curve/1").orders()).containsExactly("s_curve/1");
    assertThat(load("orders=[\"s_curve/*\"]").orders()).containsExactly("s_curve/*");
    assertThat(load("orders=[raster/0, hilbert/*]").orders())
        .containsExactly("raster/0", "hilbert/*");
    assertThat(load(file("orders = gilbert")).orders()).containsExactly("gilbert");
  }

  @Test
  void readsNumbersInAnyNotation() {
    JobConfig config = load("train.rounds=1e3", "train.learning-rate=2e-4", "seed=-9e0");
    assertThat(config.train().rounds()).isEqualTo(1000);
    assertThat(config.train().learningRate()).isEqualTo(2e-4);
    assertThat(config.seed()).isEqualTo(-9);
    assertThat(load("seed=" + Long.MIN_VALUE).seed()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void textLoadsAsTheSameConfiguration() {
    JobConfig config =
        load(
            "data=a \"b\"\\c",
            "orders=[raster/1,s_curve]",
            "train.clip=2e6",
            "train.epsilon=1e-8",
            "model.bias=false",
            "device=cpu");
    JobConfig again = load(file(config.text()));
    assertThat(again)
        .usingRecursiveComparison()
        .ignoringFields("resolved", "given")
        .isEqualTo(config);
    assertThat(again.text()).isEqualTo(config.text());
    assertThat(config.text()).hasLineCount(ConfigLoader.keys().size());
  }

  @Test
  void textWithCommentsExplainsEachKeyThatACommandReads() {
    assertThat(ConfigLoader.defaults().commentedText(KeySet.of("score.*")))
        .startsWith("# Images per forward pass.")
        .contains("\nscore.batch-size = 50\n# Images of the split")
        .doesNotContain("train");
  }

  private Path file(String text) {
    try {
      return Files.writeString(folder.resolve("test.conf"), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JobConfig load(String... words) {
    return ConfigLoader.load(Optional.empty(), List.of(words), "test", KeySet.ALL);
  }

  private static JobConfig load(Path file, String... words) {
    return ConfigLoader.load(Optional.of(file), List.of(words), "test", KeySet.ALL);
  }
}
