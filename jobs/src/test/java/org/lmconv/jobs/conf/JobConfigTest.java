package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.Binarization;
import org.lmconv.jobs.conf.Keys.Binarization.Mode;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.jobs.conf.Keys.EveryKey;
import org.lmconv.jobs.conf.Keys.NllKeys;
import org.lmconv.jobs.conf.Keys.ScoreConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;

class JobConfigTest {
  @TempDir private Path folder;

  /** What a checkpoint says of its run. */
  private final JobConfig trained =
      load(
          ("run=there data=theirs split=valid orders=[raster/1,s_curve/2] binarize=fixed"
                  + " binarize-seed=9 seed=5 device=cpu model.filters=7 train.rounds=3"
                  + " score.batch-size=2 score.images=4")
              .split(" "));

  private static JobConfig load(String... words) {
    return ConfigLoader.load(Optional.empty(), List.of(words), "test", EveryKey.class);
  }

  private static TrainKeys train(String... words) {
    return load(words).as(TrainKeys.class);
  }

  private JobConfig load(Path file, String... words) {
    return ConfigLoader.load(Optional.of(file), List.of(words), "test", EveryKey.class);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("test.conf"), text);
  }

  @Test
  void wordsWinOverTheFileAndTheFileOverTheReference() throws IOException {
    Path file = file("seed = 5\ntrain { rounds = 7, workers = 3 }");
    TrainKeys keys = load(file, "train.rounds=9").as(TrainKeys.class);
    assertThat(keys.train().rounds()).isEqualTo(9);
    assertThat(keys.train().workers()).isEqualTo(3);
    assertThat(keys.seed()).isEqualTo(5);
    assertThat(keys.model()).isEqualTo(ConfigLoader.defaults().model());
    assertThat(train("seed=2", "seed=3").seed()).isEqualTo(3);
  }

  @Test
  void takesValuesAsTheyAreTyped() throws IOException {
    TrainKeys keys = train("data=hdfs://host:8020/a b/c=d#1", "run=\"quoted\"", "init-from=");
    assertThat(keys.data()).isEqualTo("hdfs://host:8020/a b/c=d#1");
    assertThat(keys.run()).isEqualTo("quoted");
    assertThat(keys.initFrom()).isEmpty();
    TrainKeys texts = load(file("run = 1.50, data = true")).as(TrainKeys.class);
    assertThat(texts.run()).isEqualTo("1.50");
    assertThat(texts.data()).isEqualTo("true");
  }

  @Test
  void readsOneOrderOrAListWithOrWithoutQuotes() throws IOException {
    assertThat(train("orders=s_curve/1").orders()).containsExactly("s_curve/1");
    assertThat(train("orders=[\"s_curve/*\"]").orders()).containsExactly("s_curve/*");
    assertThat(train("orders=[raster/0, hilbert/*]").orders())
        .containsExactly("raster/0", "hilbert/*");
    assertThat(load(file("orders = gilbert")).as(TrainKeys.class).orders())
        .containsExactly("gilbert");
    // No comma of a box ends an element.
    assertThat(train("orders=[raster+0:2,1:3, gilbert/1,raster+1:2,0:1]").orders())
        .containsExactly("raster+0:2,1:3", "gilbert/1", "raster+1:2,0:1");
  }

  /** Of this shape, for what no key of these commands is. */
  record Plan(List<Integer> workers, double share) {}

  record PlanOnly(Plan plan) {}

  @Test
  void readsOneNumberOrAListOfThem() throws IOException {
    assertThat(load().as(PlanOnly.class).plan().workers()).containsExactly(2, 4, 8, 16, 32);
    assertThat(load("plan.workers=[3, 64]").as(PlanOnly.class).plan().workers())
        .containsExactly(3, 64);
    JobConfig config = load(file("plan { workers = 5, share = \"0.5\" }"));
    assertThat(config.as(PlanOnly.class)).isEqualTo(new PlanOnly(new Plan(List.of(5), 0.5)));
  }

  @Test
  void readsNumbersInAnyNotation() throws IOException {
    TrainKeys keys = train("train.rounds=1e3", "train.learning-rate=2e-4", "seed=-9e0");
    assertThat(keys.train().rounds()).isEqualTo(1000);
    assertThat(keys.train().learningRate()).isEqualTo(2e-4);
    assertThat(keys.seed()).isEqualTo(-9);
    assertThat(train("seed=" + Long.MIN_VALUE).seed()).isEqualTo(Long.MIN_VALUE);
    JobConfig texts = load(file("train { rounds = \"1e3\", report = \"false\" }, seed = 7.0"));
    assertThat(texts.as(TrainKeys.class).train().rounds()).isEqualTo(1000);
    assertThat(texts.as(TrainKeys.class).train().report()).isFalse();
    assertThat(texts.as(TrainKeys.class).seed()).isEqualTo(7);
  }

  @Test
  void textLoadsAsTheSameConfiguration() throws IOException {
    JobConfig config =
        load("data=a \"b\"\\c", "orders=[raster/1,s_curve]", "train.clip=2e6", "model.bias=false");
    JobConfig again = load(file(config.text()));
    assertThat(again.as(TrainKeys.class)).isEqualTo(config.as(TrainKeys.class));
    assertThat(again.text()).isEqualTo(config.text());
    assertThat(config.text()).hasLineCount(ConfigLoader.keys().size());
  }

  @Test
  void textWithCommentsExplainsEachKeyThatACommandReads() {
    record Scores(ScoreConfig score) {}
    assertThat(ConfigLoader.defaults().commentedText(Scores.class))
        .startsWith("# Images per forward pass.")
        .contains("\nscore.batch-size = 50\n# Images of the split")
        .doesNotContain("train");
  }

  @Test
  void whatIsNotGivenComesFromTheCheckpoint() {
    TrainKeys over = load("run=here").over(trained).as(TrainKeys.class);
    assertThat(over.data()).isEqualTo("theirs");
    assertThat(over.orders()).containsExactly("raster/1", "s_curve/2");
    assertThat(over.binarization()).isEqualTo(new Binarization(Mode.FIXED, 9));
    assertThat(over.seed()).isEqualTo(5);
    assertThat(over.model()).isEqualTo(trained.model());
  }

  @Test
  void whatIsGivenWins() throws IOException {
    TrainKeys over =
        load("data=digits", "orders=s_curve/*", "binarize=threshold", "model.filters=16")
            .over(trained)
            .as(TrainKeys.class);
    // Two of these are the defaults: giving a default is giving a value.
    assertThat(over.data()).isEqualTo("digits");
    assertThat(over.orders()).containsExactly("s_curve/*");
    assertThat(over.binarization()).isEqualTo(new Binarization(Mode.THRESHOLD, 9));
    assertThat(over.model().filters()).isEqualTo(16);
    TrainKeys ofFile = load(file("data = mine\n")).over(trained).as(TrainKeys.class);
    assertThat(ofFile.data()).isEqualTo("mine");
    assertThat(ofFile.orders()).containsExactly("raster/1", "s_curve/2");
  }

  @Test
  void howItIsScoredDoesNotComeFromTheCheckpoint() {
    NllKeys over = load("run=here").over(trained).as(NllKeys.class);
    NllKeys defaults = ConfigLoader.defaults().as(NllKeys.class);
    assertThat(over.run()).isEqualTo("here");
    assertThat(over.split()).isEqualTo(defaults.split());
    assertThat(over.device()).isEqualTo(DeviceChoice.AUTO);
    assertThat(over.score()).isEqualTo(defaults.score());
    assertThat(load("run=here").over(trained).valueOf("train.rounds")).isEqualTo("240");
  }

  @Test
  void tellsTheWordsThatItWasGiven() {
    JobConfig config =
        load("seed=5", "data=a folder", "orders=[raster/1, s_curve/*]", "score.images=5");
    assertThat(config.words(NllKeys.class))
        .containsExactly(
            "'data=a folder'", "'orders=[\"raster/1\",\"s_curve/*\"]'", "score.images=5");
    assertThat(load("data=it's").words(EveryKey.class)).containsExactly("'data=it'\\''s'");
    assertThat(load().words(EveryKey.class)).isEmpty();
  }

  @Test
  void isChangedByOtherValues() {
    JobConfig changed = load("seed=4").with(Map.of("train.workers", 7));
    assertThat(changed.as(TrainKeys.class).train().workers()).isEqualTo(7);
    assertThat(changed.as(TrainKeys.class).seed()).isEqualTo(4);
  }

  /** A checkpoint whose order came from a file can be scored where that file is not. */
  @Test
  void theFilesOfACheckpointsOrdersAreNotLookedFor() {
    JobConfig written = ConfigLoader.ofText("orders = [nowhere.csv]", "manifest.json");
    assertThat(load("orders=raster/0").over(written).as(NllKeys.class).orders())
        .containsExactly("raster/0");
    assertThat(load().over(written).as(NllKeys.class).orders()).containsExactly("nowhere.csv");
  }

  @Test
  void aStoredConfigurationDependsOnWhatIsRead() {
    JobConfig stored = ConfigLoader.ofText("model.filters = 5\nscore.images = x", "manifest.json");
    assertThat(stored.model().filters()).isEqualTo(5);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> stored.as(NllKeys.class))
        .withMessage("score.images=x: must be a whole number");
    assertThat(ConfigLoader.ofText("gone.key = 1\nseed = 4", "old").as(TrainKeys.class).seed())
        .isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include url(\"http://127.0.0.1:9/a\")",
        "include \"http://127.0.0.1:9/a\"",
        "include file(\"/etc/passwd\")",
        "include \"/etc/passwd\"",
        "include classpath(\"reference.conf\")",
        "data = ${HOME}",
        "data = ${?HOME}",
        "model = ${train}",
        "seed = 1 }",
      })
  void aStoredConfigurationIsDataAndNothingElse(String text) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ConfigLoader.ofText(text, "manifest.json"))
        .withMessageStartingWith("manifest.json");
  }

  @Test
  void nestingHasAnEnd() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ConfigLoader.ofText("a={".repeat(100_000), "manifest.json"))
        .withMessage("manifest.json is nested too deeply to be a configuration");
  }

  @Test
  void filesIncludeFilesAndMakeNoRequests(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("more.conf"), "seed = 7");
    Path file = Files.writeString(folder.resolve("a.conf"), "include \"more.conf\"");
    assertThat(loadFile(file).as(TrainKeys.class).seed()).isEqualTo(7);
    Files.writeString(file, "include \"http://127.0.0.1:9/a.conf\"");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> loadFile(file))
        .withMessageContaining("it includes http://127.0.0.1:9/a.conf; include a file");
  }

  private static JobConfig loadFile(Path file) {
    return ConfigLoader.load(Optional.of(file), List.of(), "train", TrainKeys.class);
  }
}
