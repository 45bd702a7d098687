package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.conf.Binarization.Mode;

class JobConfigTest {
  @TempDir private Path folder;

  /** What a checkpoint says of its run. */
  private final JobConfig trained =
      load(
          "run=there",
          "data=theirs",
          "split=valid",
          "orders=[raster/1, s_curve/2]",
          "binarize=fixed",
          "binarize-seed=9",
          "seed=5",
          "device=cpu",
          "model.filters=7",
          "train.rounds=3",
          "score.batch-size=2",
          "score.images=4");

  private static JobConfig load(String... words) {
    return ConfigLoader.load(Optional.empty(), List.of(words), "test", KeySet.ALL);
  }

  @Test
  void whatIsNotGivenComesFromTheCheckpoint() {
    JobConfig over = load("run=here").over(trained);
    assertThat(over.data()).isEqualTo("theirs");
    assertThat(over.orders()).containsExactly("raster/1", "s_curve/2");
    assertThat(over.binarize()).isEqualTo(new Binarization(Mode.FIXED, 9));
    assertThat(over.seed()).isEqualTo(5);
    assertThat(over.model()).isEqualTo(trained.model());
  }

  @Test
  void whatIsGivenWins() {
    JobConfig over =
        load("data=digits", "orders=s_curve/*", "binarize=threshold", "model.filters=16")
            .over(trained);
    // Two of these are the defaults: giving a default is giving a value.
    assertThat(over.data()).isEqualTo("digits");
    assertThat(over.orders()).containsExactly("s_curve/*");
    assertThat(over.binarize()).isEqualTo(new Binarization(Mode.THRESHOLD, 9));
    assertThat(over.model().filters()).isEqualTo(16);
  }

  @Test
  void aFileGivesValuesToo() throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), "data = mine\n");
    JobConfig over =
        ConfigLoader.load(Optional.of(file), List.of(), "test", KeySet.ALL).over(trained);
    assertThat(over.data()).isEqualTo("mine");
    assertThat(over.orders()).isEqualTo(trained.orders());
  }

  @Test
  void howItIsScoredDoesNotComeFromTheCheckpoint() {
    JobConfig over = load("run=here").over(trained);
    JobConfig defaults = ConfigLoader.defaults();
    assertThat(over.run()).isEqualTo("here");
    assertThat(over.split()).isEqualTo(defaults.split());
    assertThat(over.device()).isEqualTo(DeviceChoice.AUTO);
    assertThat(over.train()).isEqualTo(defaults.train());
    assertThat(over.score()).isEqualTo(defaults.score());
  }

  @Test
  void tellsTheWordsThatItWasGiven() {
    JobConfig config =
        load("seed=5", "data=a folder", "orders=[raster/1, s_curve/*]", "train.clip=0.5");
    assertThat(config.words(KeySet.of("data", "orders", "train.*")))
        .containsExactly(
            "'data=a folder'", "'orders=[\"raster/1\",\"s_curve/*\"]'", "train.clip=0.5");
    assertThat(load("data=it's").words(KeySet.ALL)).containsExactly("'data=it'\\''s'");
    assertThat(load().words(KeySet.ALL)).isEmpty();
  }

  /** A checkpoint whose order came from a file can be scored where that file is not. */
  @Test
  void theFilesOfACheckpointsOrdersAreNotLookedFor() {
    JobConfig written = ConfigLoader.ofText("orders = [nowhere.csv]", "manifest.json");
    assertThat(load("orders=raster/0").over(written).orders()).containsExactly("raster/0");
    assertThat(load().over(written).orders()).containsExactly("nowhere.csv");
  }
}
