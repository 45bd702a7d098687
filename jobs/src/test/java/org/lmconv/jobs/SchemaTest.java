package org.lmconv.jobs;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.JobConfig.Provenance;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.draw.DrawForTests;
import org.lmconv.jobs.ingest.IdxBytes;
import org.lmconv.jobs.ingest.Ingests;
import org.lmconv.jobs.train.TrainForTests;

/**
 * What others read from Parquet and JSON: a contract that {@code docs/tables.md} has in words. A
 * change may only add columns at the end.
 */
class SchemaTest {
  @TempDir private static Path folder;
  private static Path run;
  private static Path checkpoint;

  @BeforeAll
  static void runOnce() throws IOException {
    run = folder.resolve("run");
    checkpoint = run.resolve("checkpoints/round=000004");
    TrainForTests.train(
        "run=" + run, "data=" + TinyRuns.table(folder), "train.ema-decay=0.5", "orders=raster/0");
    DrawForTests.complete("run=" + run, "region=top", "draws=1");
    Path source = IdxBytes.mnist(Files.createDirectory(folder.resolve("idx")), "-", "");
    Ingests.run("source=mnist", "path=" + source, "data=" + run.resolve("images"));
  }

  private static Dataset<Row> table(Path path) {
    return TestSpark.session().read().parquet(path.toString());
  }

  /**
   * @param title how the table's line in the manual begins
   * @param old files of it that an earlier version wrote
   */
  @ParameterizedTest
  @CsvSource({
    "Images, images, src/main/resources/digits/part-*.parquet",
    "`RUN/checkpoints, checkpoints/round=*/part-*.parquet,",
    "`RUN/rounds, rounds,",
    "`RUN/nll/, nll,",
    "`RUN/nll_summary, nll_summary,",
    "`RUN/completions, completions,"
  })
  void columnsAreThoseOfTheManualAndBeginWithThoseOfOldFiles(String title, String now, String old)
      throws IOException {
    List<String> columns = columns(table(run.resolve(now)));
    assertThat(columns).isEqualTo(Docs.columns(title));
    Path before = old == null ? OldRunTest.OLD.resolve(now) : Path.of(old);
    assertThat(columns).startsWith(columns(table(before)).toArray(String[]::new));
  }

  private static List<String> columns(Dataset<Row> table) {
    return Arrays.stream(table.schema().fields())
        .map(field -> field.name() + " " + inWords(field.dataType().simpleString()))
        .toList();
  }

  private static String inWords(String type) {
    return type.replace("bigint", "long").replaceAll("array<(\\w+)>", "array of $1");
  }

  private static List<String> distinct(Path table, String column) {
    return table(table)
        .select(col(column).cast("string"))
        .distinct()
        .orderBy(column)
        .as(Encoders.STRING())
        .collectAsList();
  }

  @Test
  void checkpoints() {
    Path parts = checkpoint.resolve("part-*.parquet"); // its manifest is no Parquet
    assertThat(distinct(parts, "kind")).containsExactly("adam_m", "adam_v", "ema", "parameter");
    Row bias = table(parts).where("kind = 'ema' and tensor = 'u_init.bias'").first();
    assertThat(bias.<Long>getList(2)).containsExactly(3L);
    assertThat(bias.getInt(3)).isZero();
    assertThat(bias.<byte[]>getAs("values")).hasSize(3 * Float.BYTES);
  }

  @Test
  void rowsSayWhatTheyAreOf() {
    assertThat(distinct(run.resolve("rounds"), "round")).containsExactly("1", "2", "3", "4");
    assertThat(distinct(run.resolve("nll"), "order")).containsExactly("ensemble", "raster/0");
    assertThat(distinct(run.resolve("nll"), "region")).containsExactly("all");
    assertThat(table(run.resolve("nll_summary")).count())
        .as("an order and an ensemble, under two weights")
        .isEqualTo(4);
    assertThat(distinct(run.resolve("completions"), "order")).containsExactly("raster/0+top");
  }

  @Test
  void oneIdJoinsTheTablesTheManifestAndTheConfiguration() throws IOException {
    String id = manifest().getString("run_id");
    assertThat(id).isNotEmpty();
    for (String table : List.of("rounds", "nll", "nll_summary", "completions")) {
      assertThat(distinct(run.resolve(table), "run_id")).containsExactly(id);
    }
    assertThat(config().as(Provenance.class).runId()).isEqualTo(id);
  }

  private static Config manifest() throws IOException {
    return ConfigFactory.parseString(Files.readString(checkpoint.resolve("manifest.json")));
  }

  @Test
  void theManifestHasItsFields() throws IOException {
    Config manifest = manifest();
    assertThat(manifest.root().keySet())
        .containsExactlyInAnyOrder(
            "format",
            "run_id",
            "code_version",
            "written",
            "round",
            "images_seen",
            "adam_step",
            "height",
            "width",
            "channels",
            "parts",
            "worker_parts",
            "parameter_crc",
            "config");
    for (String number : List.of("format", "round", "images_seen", "adam_step", "parameter_crc")) {
      assertThat(manifest.getValue(number).valueType()).isEqualTo(ConfigValueType.NUMBER);
    }
    assertThat(manifest.getString("written")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(manifest.getStringList("parts"))
        .containsExactly(
            "part-00000-parameter.parquet",
            "part-00001-adam_m.parquet",
            "part-00002-adam_v.parquet",
            "part-00003-ema.parquet");
    Row last = table(run.resolve("rounds")).where("round = 4").first();
    assertThat(manifest.getLong("parameter_crc")).isEqualTo(last.<Long>getAs("parameter_crc"));
    assertThat(manifest.getLong("images_seen")).isEqualTo(last.<Long>getAs("images_seen"));
  }

  private static JobConfig config() {
    Path file = run.resolve("config.conf");
    return ConfigLoader.load(Optional.of(file), List.of(), "train", TrainKeys.class);
  }

  @Test
  void theConfigurationLoadsAsAFile() throws IOException {
    assertThat(config().model().filters()).isEqualTo(3);
    assertThat(config().as(TrainKeys.class).train().emaDecay()).isEqualTo(0.5);
    assertThat(config().as(TrainKeys.class).orders()).containsExactly("raster/0");
    assertThat(config().as(Provenance.class).started()).endsWith("Z");
    assertThat(Files.readString(run.resolve("config.conf")))
        .hasLineCount(ConfigLoader.keys().size());
  }
}
