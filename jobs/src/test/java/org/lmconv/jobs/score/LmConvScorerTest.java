package org.lmconv.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.jobs.score.ScoredRun.table;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.ImagesTable;

class LmConvScorerTest {
  private static final int IMAGES = 7;

  @TempDir private static Path folder;

  /** Images with columns to be left alone, in more than one partition. */
  private static Dataset<Row> images;

  @BeforeAll
  static void openImages() {
    images =
        ImagesTable.open(TestSpark.session(), ScoredRun.data())
            .split("test")
            .rows()
            .withColumn("tags", functions.array(functions.col("label"), functions.lit(null)))
            .withColumn("seen", functions.timestamp_seconds(functions.col("label")))
            .repartition(3)
            .localCheckpoint();
  }

  private static LmConvScorer scorer() {
    return new LmConvScorer().setModelUrl(ScoredRun.TINY.folder().toString());
  }

  private static Map<String, Double> scores(Dataset<Row> scored, String column) {
    return scored.select("image_id", column).collectAsList().stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getDouble(1)));
  }

  /** What nll says of them. */
  private static Map<String, Double> expected(String out, String... words) throws IOException {
    Path rows = folder.resolve(out);
    ScoredRun.TINY.nll(rows, words);
    return scores(table(rows).where("order = 'ensemble'"), "nats");
  }

  @Test
  void scoresAreThoseOfNll() throws IOException {
    // Images one by one: how batches are cut changes the last images.
    Map<String, Double> expected = expected("ones", "score.batch-size=1");
    Dataset<Row> scored = images.transform(scorer().setBatchSize(1)::score);
    assertThat(scores(scored, "nll")).hasSize(IMAGES).isEqualTo(expected);
    scores(images.transform(scorer().setBatchSize(7)::score), "nll")
        .forEach(
            // Rounding of float32, which norms over as few as 3 channels amplify.
            (image, nats) -> assertThat(nats).isCloseTo(expected.get(image), within(1e-3)));
  }

  @Test
  void otherColumnsStayAsTheyAre() {
    Dataset<Row> scored = images.transform(scorer().setOutputCol("surprise")::score);
    assertThat(scored.schema().fieldNames())
        .startsWith(images.schema().fieldNames())
        .endsWith("surprise")
        .hasSize(images.columns().length + 1);
    assertThat(scored.schema().apply("surprise").dataType().simpleString()).isEqualTo("double");
    assertThat(texts(scored.drop("surprise"))).isEqualTo(texts(images));
  }

  private static List<String> texts(Dataset<Row> images) {
    return images
        .withColumn("pixels", functions.hex(functions.col("pixels")))
        .orderBy("image_id")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  @Test
  void scoresCanBeAskedForInSql() throws IOException {
    Map<String, Double> expected = expected("some", "score.batch-size=1", "orders=raster/1");
    images
        .transform(scorer().setOrders("raster/1").setBatchSize(1)::score)
        .createOrReplaceTempView("scored");
    Row means =
        TestSpark.session()
            .sql("SELECT count(*), avg(nll), max_by(image_id, nll) FROM scored WHERE nll > 0")
            .first();
    assertThat(means.getLong(0)).isEqualTo(IMAGES);
    assertThat(means.getDouble(1))
        .isCloseTo(
            expected.values().stream().mapToDouble(nats -> nats).average().orElseThrow(),
            within(1e-9));
    assertThat(expected.get(means.getString(2)))
        .isEqualTo(expected.values().stream().mapToDouble(nats -> nats).max().orElseThrow());
  }

  @Test
  void oneCheckpointIsAModelToo() {
    String checkpoint = ScoredRun.TINY.folder().resolve("checkpoints/round=000004").toString();
    LmConvScorer scorer = scorer().setOrders("raster/0").setBatchSize(1);
    Map<String, Double> ofRun = scores(images.transform(scorer::score), "nll");
    scorer.setModelUrl("file://" + checkpoint);
    assertThat(scores(images.transform(scorer::score), "nll")).isEqualTo(ofRun);
  }

  @Test
  void bitsDependOnTheIdOrElseOnThePixels() {
    LmConvScorer scorer = scorer().setOrders("raster/0").setBatchSize(1);
    Map<String, Double> expected = scores(images.transform(scorer::score), "nll");
    Dataset<Row> renamed = images.withColumnRenamed("image_id", "name");
    Dataset<Row> byPixels = renamed.transform(scorer::score).withColumnRenamed("name", "image_id");
    assertThat(scores(byPixels, "nll")).isNotEqualTo(expected).isEqualTo(scores(byPixels, "nll"));
    scorer.setIdCol("name");
    Dataset<Row> byName = renamed.transform(scorer::score).withColumnRenamed("name", "image_id");
    assertThat(scores(byName, "nll")).isEqualTo(expected);
  }

  @Test
  void faultsAreToldAtOnce() {
    refuses("modelUrl is not set; name the directory of a run", new LmConvScorer());
    refuses(
        "/nowhere is neither a checkpoint nor a run that has one; train it first",
        scorer().setModelUrl("/nowhere"));
    refuses("modelUrl=nothing://there cannot be read: ", scorer().setModelUrl("nothing://there"));
    refuses(
        "inputCol=image: the dataset has no such column; it has image_id, split",
        scorer().setInputCol("image"));
    refuses("inputCol=label: the column is int; it must be binary", scorer().setInputCol("label"));
    refuses("idCol=name: the dataset has no such column; it has", scorer().setIdCol("name"));
    refuses("outputCol=Label: must be a new name; the dataset has", scorer().setOutputCol("Label"));
    refuses("orders=[rastr/0]: order kind rastr is unknown", scorer().setOrders("rastr/0"));
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> scorer().setBatchSize(0))
        .withMessage("batchSize=0: must be at least 1");
  }

  private static void refuses(String message, LmConvScorer scorer) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> scorer.score(images))
        .withMessageContaining(message);
  }

  @Test
  void pixelsThatAreNoneAreNamed() {
    failsWith(
        "image test/one has 0 bytes in column pixels, but the model's images, 4x4x1, have 16;",
        images.withColumn("pixels", functions.lit(new byte[0])));
    failsWith(
        "image test/one has no pixels in column pixels; mend or drop it",
        images.withColumn("pixels", functions.lit(null).cast("binary")));
    failsWith(
        "image without an id has no pixels in column pixels; mend or drop it",
        images.drop("image_id").withColumn("pixels", functions.lit(null).cast("binary")));
  }

  private static void failsWith(String message, Dataset<Row> images) {
    Dataset<Row> named =
        Arrays.asList(images.columns()).contains("image_id")
            ? images.withColumn("image_id", functions.lit("test/one"))
            : images;
    Dataset<Row> scored = named.transform(scorer()::score); // which is not known to be wrong yet
    assertThatThrownBy(scored::collectAsList).hasStackTraceContaining("UserError: " + message);
  }

  @Test
  void imagesOfAnotherShapeAreNotTheModels() {
    failsWith(
        "image test/one has 35 bytes in column pixels, but the model's images, 4x4x1, have 16",
        TestSpark.session().read().parquet(TinyRuns.table(folder, "other", 5, 7)));
  }
}
