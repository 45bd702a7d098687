package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Checkpoints;
import org.lmconv.jobs.run.InnerState;

/** Runs that are interrupted, and go on. */
class ResumeTest {
  private static String data;
  @TempDir private Path folder;

  @BeforeAll
  static void makeImages(@TempDir Path images) {
    data = TinyRuns.table(images);
  }

  private String train(String run, String... words) throws IOException {
    // Every kind of randomness, and all the state that there is.
    Stream<String> common =
        Stream.of(
            "run=" + folder.resolve(run),
            "data=" + data,
            "orders=[s_curve/0, raster/1]",
            "score.images=2",
            "train.rounds=6",
            "train.checkpoint-every=3",
            "train.ema-decay=0.9",
            "model.dropout=0.3");
    return TrainForTests.train(Stream.concat(common, Stream.of(words)).toArray(String[]::new));
  }

  private Path checkpoint(String run, int round) {
    return folder.resolve(run).resolve("checkpoints/round=%06d".formatted(round));
  }

  private void copy(String run, String to) throws IOException {
    FileUtils.copyDirectory(folder.resolve(run).toFile(), folder.resolve(to).toFile());
  }

  @ParameterizedTest
  @CsvSource({
    "1, average, average",
    "2, nesterov, average",
    "2, nesterov, local",
    "2, nesterov, reset"
  })
  void anInterruptedRunEndsAsIfItHadNotBeen(int localSteps, String outer, String inner)
      throws IOException {
    // One round of one local step, then others: both kinds of rounds lie before the interruption.
    String[] words = {
      "train.local-steps=" + localSteps,
      "train.warmup-images=4",
      "train.outer=" + outer,
      "train.inner-state=" + inner
    };
    train("through", words);
    // What a run leaves that dies after round 6's tensors are written but before its manifest.
    copy("through", "interrupted");
    Files.delete(checkpoint("interrupted", 6).resolve("manifest.json"));
    String printed = train("interrupted", words);
    assertThat(printed).contains("going on with run ").contains(" after round 3\n");

    assertThat(read("interrupted", 6).state()).isEqualTo(read("through", 6).state());
    assertThat(rounds("interrupted")).isEqualTo(rounds("through")).hasSize(6);
  }

  @Test
  void aDamagedCheckpointIsPassedOverAndALostScoringIsMadeUpFor() throws IOException {
    String[] words = {"train.evaluate-every=3", "train.keep-checkpoints=1"};
    train("through", words);
    copy("through", "damaged");
    train("damaged", "train.rounds=7", "train.evaluate-every=3", "train.keep-checkpoints=3");
    // Round 7's manifest says something else, round 6 lacks tensors; round 3 was not scored.
    Files.writeString(checkpoint("damaged", 7).resolve("manifest.json"), "{}");
    Files.delete(checkpoint("damaged", 6).resolve("part-00000-parameter.parquet"));
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> train("damaged", words))
        .withMessageContaining("round=000007/manifest.json is damaged (Checksum error");

    copy("through", "unscored");
    train("unscored", "train.rounds=7", "train.evaluate-every=3", "train.keep-checkpoints=3");
    Files.writeString(checkpoint("unscored", 7).resolve("manifest.json"), "{}");
    deleteScoresOf("unscored", 6);
    String printed = train("unscored", "train.rounds=7", "train.evaluate-every=3");
    assertThat(printed)
        .contains("round=000007 is passed over: ")
        .contains("/unscored after round 6\n");
    assertThat(scores("unscored", 6)).isEqualTo(scores("through", 6)).hasSize(2 * 3 * 2);
    assertThat(checkpoint("unscored", 7).resolve("manifest.json")).content().contains("round");
  }

  private void deleteScoresOf(String run, int round) throws IOException {
    for (String table : List.of("nll", "nll_summary")) {
      try (Stream<Path> files = Files.list(folder.resolve(run).resolve(table))) {
        for (Path file :
            files.filter(each -> each.toString().contains("nll-00000" + round)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private List<Row> scores(String run, int round) {
    return TestSpark.session()
        .read()
        .parquet(folder.resolve(run).resolve("nll").toString())
        .where("round = " + round)
        .orderBy("image_id", "order", "weights")
        .collectAsList();
  }

  private static final String[] OWN_OPTIMISERS = {
    "train.local-steps=2", "train.warmup-images=4", "train.inner-state=local"
  };

  private String trainOwn(String run, String... words) throws IOException {
    return train(
        run, Stream.concat(Stream.of(OWN_OPTIMISERS), Stream.of(words)).toArray(String[]::new));
  }

  private Checkpoint read(String run, int round) throws IOException {
    var hadoop = TestSpark.session().sparkContext().hadoopConfiguration();
    return Checkpoints.read(hadoop, path(checkpoint(run, round)));
  }

  @Test
  void ownOptimisersGoOnAsTheirMeanOrAreMissed() throws IOException {
    trainOwn("fewer", "train.rounds=3");
    assertThat(read("fewer", 3).state().inner()).isEqualTo(new InnerState.Own(5, 2));
    copy("fewer", "lost");
    trainOwn("fewer", "train.workers=1", "train.batch-size=4");
    assertThat(read("fewer", 6).state().inner()).isEqualTo(new InnerState.Own(11, 1));
    trainOwn("fewer", "train.rounds=7", "train.inner-state=average");
    assertThat(read("fewer", 7).state().inner()).isInstanceOf(InnerState.Shared.class);

    Files.delete(checkpoint("lost", 3).resolve("part-worker-00001.parquet"));
    assertThatExceptionOfType(Exception.class)
        .isThrownBy(() -> trainOwn("lost"))
        .satisfies(
            e ->
                assertThat(Causes.userError(e).orElseThrow())
                    .hasMessageEndingWith(
                        "round=000003/part-worker-00001.parquet is missing; use another"
                            + " checkpoint"));
  }

  private static org.apache.hadoop.fs.Path path(Path local) {
    return new org.apache.hadoop.fs.Path(local.toString());
  }

  /** The rows of a run that do not depend on the clock. */
  private List<Row> rounds(String run) {
    return TestSpark.session()
        .read()
        .parquet(folder.resolve(run).resolve("rounds").toString())
        .select("round", "images_seen", "train_nats", "learning_rate", "parameter_crc")
        .orderBy("round")
        .collectAsList();
  }

  @Test
  void aRunThatGoesOnKeepsItsIdAndTakesNewSettingsAndItsNewestCheckpoints() throws IOException {
    train("longer", "train.rounds=2", "train.checkpoint-every=1");
    List<Row> before = ids("longer");
    train("longer", "train.rounds=4", "train.checkpoint-every=1", "train.keep-checkpoints=2");
    assertThat(ids("longer")).isEqualTo(before).hasSize(1);
    assertThat(Files.readString(folder.resolve("longer/config.conf")))
        .contains("train.rounds = 4\n")
        .contains("run-id = \"" + before.get(0).getString(0) + "\"\n");
    try (Stream<Path> left = Files.list(folder.resolve("longer/checkpoints"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("round=000003", "round=000004");
    }
  }

  private List<Row> ids(String run) {
    return TestSpark.session()
        .read()
        .parquet(folder.resolve(run).resolve("rounds").toString())
        .select("run_id")
        .distinct()
        .collectAsList();
  }

  @Test
  void anotherRunIsNotContinued() throws IOException {
    train("mine", "train.rounds=1");
    String config = Files.readString(folder.resolve("mine/config.conf"));
    assertRefused(
        "mine",
        "was started with model.filters=3, now 4; go on with the same, or name another run=DIR",
        "model.filters=4");
    assertRefused("mine", "was started with seed=1, now 5; go on", "seed=5");
    assertThat(Files.readString(folder.resolve("mine/config.conf"))).isEqualTo(config);
  }

  @Test
  void aFolderOfSomethingElseIsLeftAlone() throws IOException {
    Files.createDirectories(folder.resolve("photos"));
    Files.writeString(folder.resolve("photos/cat.txt"), "miaow");
    assertRefused("photos", "holds files but no config.conf, so it is no run");
    assertThat(folder.resolve("photos")).isDirectoryContaining("glob:**cat.txt");
    assertThat(folder.resolve("photos/config.conf")).doesNotExist();
  }

  @Test
  void nothingIsLeftBehindWhenTheDataAreNotFit() {
    assertRefused(
        "none", "takes 24; make train.batch-size or train.workers", "train.batch-size=12");
    assertRefused("none", "has no images of split validation", "split=validation");
    assertRefused("none", "model.likelihood=logistic", "model.likelihood=logistic");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  private void assertRefused(String run, String message, String... words) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> train(run, words))
        .withMessageContaining(message);
  }
}
