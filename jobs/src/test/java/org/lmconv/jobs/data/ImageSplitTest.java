package org.lmconv.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;

class ImageSplitTest {
  private static final int IMAGES = 23;
  // By bytes (UTF-8), U+FF5E sorts before U+1F600; by UTF-16 units, as Java compares, after.
  private static final String WIDE_TILDE = "\uFF5E";
  private static final String SMILE = "\uD83D\uDE00";

  @TempDir private static Path directory;
  private static ImagesTable table;

  @BeforeAll
  static void writeShuffledTable() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES - 2; i++) {
      rows.add(row("id-%02d".formatted(i), "train", i));
    }
    rows.add(row(WIDE_TILDE, "train", IMAGES - 2));
    rows.add(row(SMILE, "train", IMAGES - 1));
    rows.add(row("other", "test", 99));
    Collections.shuffle(rows, new Random(3));
    SparkSession spark = TestSpark.session();
    String path = directory.resolve("table").toString();
    spark.createDataFrame(rows, ImagesTable.schema()).repartition(3).write().parquet(path);
    table = ImagesTable.open(spark, path);
  }

  @Test
  void knowsItsImages() {
    ImageSplit test = table.split("test");
    assertThat(test.shape()).isEqualTo(new ImageShape(1, 1, 2));
    assertThat(test.count()).isEqualTo(1);
    assertThat(test.rows().schema()).isEqualTo(ImagesTable.schema());
    assertThat(test.images().collect())
        .usingRecursiveComparison()
        .isEqualTo(List.of(new Image("other", "test", null, new byte[] {99, 99})));
  }

  @Test
  void aSampleHasTheImagesOfLeastHash() {
    ImageSplit train = table.split("train");
    for (int images : List.of(1, IMAGES - 1)) {
      assertThat(ids(train.sample(images).rows()))
          .isEqualTo(ids(train.rows().orderBy(functions.expr("xxhash64(image_id)")).limit(images)))
          .hasSize(images);
      assertThat(train.sample(images).count()).isEqualTo(images);
    }
    for (int images : List.of(0, IMAGES, IMAGES + 1)) {
      assertThat(ids(train.sample(images).rows())).hasSize(IMAGES);
    }
  }

  private static Set<String> ids(Dataset<Row> rows) {
    return rows.select("image_id").collectAsList().stream()
        .map(row -> row.getString(0))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "3, 2", "23, 1"})
  void dealsImagesToTheWorkersOfTheirLanes(int workers, int batchSize) {
    List<List<IndexedImage>> partitions =
        table.split("train").lanes(workers, batchSize).glom().collect();
    assertThat(partitions).hasSize(workers);
    for (int worker = 0; worker < workers; worker++) {
      List<Long> expected = new ArrayList<>();
      for (long index = 0; index < IMAGES; index++) {
        if (index % (workers * batchSize) / batchSize == worker) {
          expected.add(index);
        }
      }
      assertThat(partitions.get(worker))
          .extracting(IndexedImage::index)
          .containsExactlyElementsOf(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "4, 3", "50, 7"})
  void membersOfBatchesAreNeighboursById(int size, int tasks) {
    List<String> ids = table.split("train").first(IMAGES).stream().map(Image::id).toList();
    List<List<Image>> batches =
        new ArrayList<>(table.split("train").batches(size, tasks).collect());
    batches.sort(Comparator.comparing(batch -> ids.indexOf(batch.get(0).id())));
    List<List<String>> expected = new ArrayList<>();
    for (int first = 0; first < IMAGES; first += size) {
      expected.add(ids.subList(first, Math.min(IMAGES, first + size)));
    }
    assertThat(batches)
        .extracting(batch -> batch.stream().map(Image::id).toList())
        .isEqualTo(expected);
  }

  @Test
  void onlySomeImagesCanBeTaken() {
    ImageSplit some = table.split("train").only(List.of(SMILE, "no such image"));
    assertThat(some.count()).isEqualTo(1);
    assertThat(some.images().collect()).extracting(Image::id).containsExactly(SMILE);
  }

  @Test
  void sortsImagesByTheBytesOfTheirIds() {
    List<IndexedImage> images = table.split("train").lanes(1, 5).collect();
    assertThat(images).hasSize(IMAGES);
    for (IndexedImage image : images) {
      assertThat(image.pixels()).as(image.id()).containsOnly((byte) image.index());
    }
    assertThat(images.get(IMAGES - 1).id()).isEqualTo(SMILE);
  }

  @Test
  void refusesAGlobalBatchBeyondTheImages() {
    assertThatThrownBy(() -> table.split("train").lanes(3, 8))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "split train of data=%s has 23 images, but one step of train.workers=3 ×"
                + " train.batch-size=8 takes 24; make train.batch-size or train.workers smaller",
            directory.resolve("table"));
  }

  private static Row row(String id, String split, int pixel) {
    byte[] pixels = {(byte) pixel, (byte) pixel};
    return RowFactory.create(id, split, null, 1, 2, 1, pixels);
  }
}
