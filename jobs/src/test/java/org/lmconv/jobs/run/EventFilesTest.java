package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.run.EventReader.Read;
import org.lmconv.jobs.train.TrainForTests;

/** What TensorBoard finds of a run, against its tables. */
class EventFilesTest {
  private static final Map<String, String> COLUMNS =
      Map.ofEntries(
          Map.entry("train/images_seen", "images_seen"),
          Map.entry("train/train_nats", "train_nats"),
          Map.entry("train/train_bits_per_dim", "train_bits_per_dim"),
          Map.entry("train/learning_rate", "learning_rate"),
          Map.entry("speed/images_per_second", "images_per_second"),
          Map.entry("speed/compute_share", "compute_share"),
          Map.entry("seconds/broadcast_seconds", "broadcast_seconds"),
          Map.entry("seconds/compute_seconds", "compute_seconds"),
          Map.entry("seconds/collect_seconds", "collect_seconds"),
          Map.entry("seconds/update_seconds", "update_seconds"),
          Map.entry("seconds/checkpoint_seconds", "checkpoint_seconds"),
          Map.entry("memory/rss_bytes", "rss_bytes"),
          Map.entry("memory/driver_rss_bytes", "driver_rss_bytes"));

  @TempDir private static Path folder;
  private Path run;

  @BeforeAll
  static void trainOnce() throws IOException {
    TinyRuns.table(folder);
    train(folder.resolve("through"));
  }

  @BeforeEach
  void copyRun(TestInfo test) throws IOException {
    run = folder.resolve(test.getTestMethod().orElseThrow().getName());
    FileUtils.copyDirectory(folder.resolve("through").toFile(), run.toFile());
  }

  private static void train(Path run) throws IOException {
    TrainForTests.train(
        "run=" + run,
        "data=" + folder.resolve("tiny.parquet"),
        "orders=[raster/0, s_curve/1]",
        "train.rounds=6",
        "train.checkpoint-every=3",
        "train.evaluate-every=2",
        "train.ema-decay=0.5");
  }

  private List<Row> rows(String table, String sequence) {
    return TestSpark.session()
        .read()
        .parquet(run.resolve(table).toString())
        .orderBy(sequence)
        .collectAsList();
  }

  private List<Read> events() throws IOException {
    return EventReader.directory(run.resolve("tensorboard"));
  }

  private static boolean ofRound(Read event) {
    return event.scalars().containsKey("train/train_nats");
  }

  private void assertEventsHaveTheTables() throws IOException {
    List<Read> events = events();
    List<Read> rounds = events.stream().filter(EventFilesTest::ofRound).toList();
    List<Row> rows = rows("rounds", "round");
    assertThat(rounds).hasSize(6);
    for (int i = 0; i < rounds.size(); i++) {
      Read event = rounds.get(i);
      Row row = rows.get(i);
      assertThat(event.step()).isEqualTo(row.<Integer>getAs("round").longValue());
      Map<String, Float> scalars = new HashMap<>();
      COLUMNS.forEach((tag, column) -> scalars.put(tag, row.<Number>getAs(column).floatValue()));
      assertThat(event.scalars()).isEqualTo(scalars);
      Timestamp ended = row.getAs("ended_at");
      // The table has microseconds.
      assertThat((long) (event.time() * 1e6)).isBetween(micros(ended) - 1, micros(ended) + 1);
    }
    assertThat(events).extracting(Read::time).isSorted();
    assertThat(events).extracting(Read::step).isSorted();
    assertThat(scalarsOfScores(events)).isEqualTo(scalarsOfTable());
  }

  private static long micros(Timestamp time) {
    return Math.floorDiv(time.getTime(), 1000) * 1_000_000 + time.getNanos() / 1000;
  }

  private static Map<String, Float> scalarsOfScores(List<Read> events) {
    Map<String, Float> scalars = new HashMap<>();
    events.stream()
        .filter(event -> !ofRound(event))
        .forEach(
            event ->
                event.scalars().forEach((tag, value) -> scalars.put(event.step() + tag, value)));
    return scalars;
  }

  private Map<String, Float> scalarsOfTable() {
    Map<String, Float> scalars = new HashMap<>();
    for (Row row : rows("nll_summary", "round")) {
      String group =
          row.getAs("round") + "nll" + (row.getAs("weights").equals("ema") ? "_ema" : "");
      String order = "/" + row.getAs("order");
      scalars.put(group + order, row.<Double>getAs("nats").floatValue());
      scalars.put(group + "_bits_per_dim" + order, row.<Double>getAs("bits_per_dim").floatValue());
    }
    // Rounds 0, 2, 4 and 6; two orders and the ensemble; two weights; nats and bits.
    assertThat(scalars).hasSize(4 * 3 * 2 * 2);
    return scalars;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("tensorboard"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void haveWhatTheTablesHave() throws IOException {
    assertEventsHaveTheTables();
    assertThat(names())
        .as("nothing else, hidden or not, that TensorBoard would take for events")
        .containsExactly(
            "events.out.tfevents.0000000000.scores",
            "events.out.tfevents.0000000002.rounds",
            "events.out.tfevents.0000000002.scores",
            "events.out.tfevents.0000000003.rounds",
            "events.out.tfevents.0000000004.rounds",
            "events.out.tfevents.0000000004.scores",
            "events.out.tfevents.0000000006.rounds",
            "events.out.tfevents.0000000006.scores");
  }

  @Test
  void ofAnInterruptedRunHaveEachRoundOnce() throws IOException {
    // Killed between the reports of round 6 and its manifest; then round 5 is lost too.
    Files.delete(run.resolve("checkpoints/round=000006/manifest.json"));
    train(run);
    assertEventsHaveTheTables();
    train(run);
    assertThat(names()).as("after a command that found nothing to do").hasSize(8);
  }

  @Test
  void ofLostRoundsAreDropped() throws IOException {
    RunDirectory.at(TestSpark.session().sparkContext().hadoopConfiguration(), run.toString())
        .dropRoundsAfter(3);
    assertThat(names()).last().isEqualTo("events.out.tfevents.0000000003.rounds");
    assertThat(events()).filteredOn(EventFilesTest::ofRound).hasSize(3);
  }
}
