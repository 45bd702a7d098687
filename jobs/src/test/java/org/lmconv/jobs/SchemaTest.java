package org.lmconv.jobs;

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
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.JobConfig.Provenance;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.draw.DrawForTests;
import org.lmconv.jobs.ingest.IdxBytes;
import org.lmconv.jobs.ingest.Ingests;
import org.lmconv.jobs.train.TrainForTests;

/**
 * What others read from Parquet and JSON: a contract. A change here may only add columns at the
 * end.
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
  }

  private static Dataset<Row> table(Path path) {
    return TestSpark.session().read().parquet(path.toString());
  }

  private static List<String> columns(Dataset<Row> table) {
    return Arrays.stream(table.schema().fields())
        .map(field -> field.name() + " " + field.dataType().simpleString())
        .toList();
  }

  private static List<String> inWords(List<String> columns) {
    return columns.stream()
        .map(column -> column.replace("bigint", "long").replaceAll("array<(\\w+)>", "array of $1"))
        .toList();
  }

  private static void assertDocumented(String table, Dataset<Row> rows) throws IOException {
    assertThat(Docs.columns(table)).isEqualTo(inWords(columns(rows)));
  }

  @Test
  void images() throws IOException {
    Path images = folder.resolve("images");
    Path source = IdxBytes.mnist(Files.createDirectory(folder.resolve("idx")), "-", "");
    Ingests.run("source=mnist", "path=" + source, "data=" + images);
    assertDocumented("Images", table(images));
    assertThat(columns(table(images)))
        .containsExactly(
            "image_id string",
            "split string",
            "label int",
            "height int",
            "width int",
            "channels int",
            "pixels binary");
  }

  @Test
  void checkpoints() throws IOException {
    // Not the directory: its manifest is no Parquet.
    Dataset<Row> tensors = table(checkpoint.resolve("part-*.parquet"));
    assertDocumented("`RUN/checkpoints", tensors);
    assertThat(columns(tensors))
        .containsExactly(
            "tensor string",
            "kind string",
            "shape array<bigint>",
            "slice int",
            "values binary",
            "crc32c bigint",
            "worker int");
    assertThat(strings(tensors.select("kind").distinct()))
        .containsExactlyInAnyOrder("parameter", "adam_m", "adam_v", "ema");
    Row bias = tensors.where("kind = 'ema' and tensor = 'u_init.bias'").first();
    assertThat(bias.<Long>getList(2)).containsExactly(3L);
    assertThat(bias.getInt(3)).isZero();
    assertThat(bias.<byte[]>getAs("values")).hasSize(3 * Float.BYTES);
  }

  private static List<String> strings(Dataset<Row> column) {
    return column.collectAsList().stream().map(row -> row.getString(0)).toList();
  }

  @Test
  void rounds() throws IOException {
    Dataset<Row> rounds = table(run.resolve("rounds"));
    assertDocumented("`RUN/rounds", rounds);
    assertThat(columns(rounds))
        .containsExactly(
            "run_id string",
            "round int",
            "images_seen bigint",
            "train_nats double",
            "train_bits_per_dim double",
            "learning_rate double",
            "workers int",
            "local_steps int",
            "broadcast_seconds double",
            "compute_seconds double",
            "collect_seconds double",
            "update_seconds double",
            "checkpoint_seconds double",
            "images_per_second double",
            "bytes_down bigint",
            "bytes_up bigint",
            "rss_bytes bigint",
            "parameter_crc bigint",
            "compute_share double",
            "driver_bytes bigint",
            "driver_rss_bytes bigint",
            "participants string",
            "ended_at timestamp");
    assertThat(rounds.select("round").orderBy("round").collectAsList())
        .extracting(row -> row.getInt(0))
        .containsExactly(1, 2, 3, 4);
  }

  @Test
  void nll() throws IOException {
    Dataset<Row> nll = table(run.resolve("nll"));
    assertDocumented("`RUN/nll/", nll);
    assertThat(columns(nll))
        .containsExactly(
            "run_id string",
            "round int",
            "dataset string",
            "split string",
            "image_id string",
            "label int",
            "order string",
            "region string",
            "nats double",
            "bits_per_dim double",
            "weights string",
            "binarize string",
            "orders string",
            "ensemble string",
            "nll_map array<float>");
    assertThat(strings(nll.select("order").distinct()))
        .containsExactlyInAnyOrder("raster/0", "ensemble");
    assertThat(strings(nll.select("region").distinct())).containsExactly("all");
  }

  @Test
  void summaries() throws IOException {
    Dataset<Row> summaries = table(run.resolve("nll_summary"));
    assertDocumented("`RUN/nll_summary", summaries);
    assertThat(columns(summaries))
        .containsExactly(
            "run_id string",
            "round int",
            "dataset string",
            "split string",
            "order string",
            "region string",
            "images bigint",
            "nats double",
            "nats_se double",
            "bits_per_dim double",
            "bits_per_dim_se double",
            "weights string",
            "binarize string",
            "orders string",
            "ensemble string");
    assertThat(summaries.count()).isEqualTo(4); // an order and an ensemble, under two weights
  }

  @Test
  void completions() throws IOException {
    DrawForTests.complete("run=" + run, "region=top", "draws=1");
    Dataset<Row> completions = table(run.resolve("completions"));
    assertDocumented("`RUN/completions", completions);
    assertThat(columns(completions))
        .containsExactly(
            "run_id string",
            "round int",
            "image_id string",
            "order string",
            "region string",
            "draw int",
            "seed bigint",
            "nats double",
            "height int",
            "width int",
            "channels int",
            "pixels binary",
            "dataset string",
            "split string",
            "label int",
            "weights string",
            "binarize string",
            "mixture_temperature double",
            "scale_temperature double");
    assertThat(strings(completions.select("order").distinct())).containsExactly("raster/0+top");
    assertThat(strings(completions.select("run_id").distinct()))
        .isEqualTo(strings(table(run.resolve("rounds")).select("run_id").distinct()));
  }

  @Test
  void oneIdJoinsTheTablesTheManifestAndTheConfiguration() throws IOException {
    String id = manifest().getString("run_id");
    assertThat(id).isNotEmpty();
    for (String table : List.of("rounds", "nll", "nll_summary")) {
      assertThat(strings(table(run.resolve(table)).select("run_id").distinct()))
          .containsExactly(id);
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
