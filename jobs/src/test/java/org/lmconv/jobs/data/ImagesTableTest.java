package org.lmconv.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.UserError;
import org.lmconv.model.ImageShape;

class ImagesTableTest {
  private static final Row CAT = row("cat", "train", 2, 3, 1, 6);
  private static final Row DOG = row("dog", "test", 2, 3, 1, 6);

  private final SparkSession spark = TestSpark.session();

  @TempDir private Path directory;

  @Test
  void theSchemaIsAContract() {
    assertThat(ImagesTable.schema().toDDL())
        .isEqualTo(
            "image_id STRING,split STRING,label INT,height INT,width INT,channels INT,"
                + "pixels BINARY");
  }

  @Test
  void opensATableWithFurtherColumnsInAnyOrder() {
    Dataset<Row> rows =
        table(CAT, DOG)
            .withColumn("note", functions.lit("mine"))
            .select("note", "pixels", "split", "channels", "height", "width", "label", "image_id");
    ImagesTable table = ImagesTable.open(spark, write("pets.parquet", rows));
    assertThat(table.name()).isEqualTo("pets");
    assertThat(table.shape()).isEqualTo(new ImageShape(1, 2, 3));
    assertThat(table.split("train").rows().schema()).isEqualTo(ImagesTable.schema());
    assertThat(table.split("train").images().collect()).extracting(Image::id).containsOnly("cat");
  }

  @Test
  void colourImagesAreImages() {
    ImagesTable table =
        ImagesTable.open(spark, write("colour", table(row("sky", "train", 2, 2, 3, 12))));
    assertThat(table.name()).isEqualTo("colour");
    assertThat(table.shape()).isEqualTo(new ImageShape(3, 2, 2));
  }

  @Test
  void refusesAnAbsentPath() {
    String path = directory.resolve("nowhere").toString();
    refuses(
        path,
        "data=%s does not exist; name an images table, or leave data out for the shipped digits");
  }

  @Test
  void refusesAFileSystemThatIsUnknown() {
    refuses("moon://bucket/table", "data=%s cannot be read: No FileSystem for scheme \"moon\"");
  }

  @Test
  void refusesWhatIsNotParquet() throws IOException {
    Path file = Files.writeString(directory.resolve("table.parquet"), "no Parquet at all");
    String message =
        "data=%s cannot be read as Parquet; make an images table with the command ingest";
    refuses(file.toString(), message);
    refuses(Files.createDirectory(directory.resolve("empty")).toString(), message);
  }

  @Test
  void refusesATableOneOfWhoseFilesIsNotParquet() throws IOException {
    String path = write("table", table(CAT));
    Files.writeString(Path.of(path, "part-99999-broken.parquet"), "no Parquet at all");
    refuses(
        path, "data=%s cannot be read as Parquet; make an images table with the command ingest");
  }

  @Test
  void refusesAMissingColumn() {
    refuses(
        write("table", table(CAT).drop("split")),
        "data=%s lacks column split (string); it has image_id, label, height, width, channels,"
            + " pixels");
  }

  @Test
  void refusesAColumnOfAnotherType() {
    Dataset<Row> rows = table(CAT).withColumn("label", functions.col("label").cast("bigint"));
    refuses(write("table", rows), "column label of data=%s is bigint; cast it to int");
  }

  @Test
  void namesTheSplitsThatExist() {
    String path = write("table", table(CAT, DOG));
    assertThatThrownBy(() -> ImagesTable.open(spark, path).split("valid"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "data=%s has no images of split valid; it has test (1 images), train (1 images)", path);
  }

  @Test
  void refusesATableWithoutImages() {
    refuses(write("table", table()), "data=%s has no images; make the table again with some");
  }

  @Test
  void refusesImagesOfMixedShapes() {
    String mixed =
        "data=%s has images of mixed shapes: cat is 2x3x1, tall is 3x2x1; bring them to one shape";
    refuses(write("one", table(CAT, row("tall", "train", 3, 2, 1, 6))), mixed);
    refuses(
        write("two", table(DOG, CAT, row("tall", "train", 3, 2, 1, 6))).toString(),
        mixed.replace("cat", "dog"));
  }

  @Test
  void refusesPixelsThatDoNotFillTheirShape() {
    refuses(
        write("table", table(DOG, row("stub", "train", 2, 3, 1, 5))),
        "data=%s has image stub with 5 bytes of pixels, but its shape 2x3x1 takes 6; mend or drop"
            + " it");
    int huge = 1_000_000_000;
    refuses(
        write("huge", table(row("huge", "train", huge, huge, 3, 5))),
        "data=%s has image huge with 5 bytes of pixels, but its shape"
            + " 1000000000x1000000000x3 takes 3000000000000000000; mend or drop it");
  }

  @Test
  void refusesShapesThatAreNone() {
    refuses(
        write("table", table(row("odd", "train", 2, 3, 2, 12))),
        "data=%s has image odd of shape 2x3x2, but images have at least one pixel and 1 or 3"
            + " channels; mend or drop it");
  }

  @Test
  void refusesAnIdThatComesTwiceEvenInTwoSplits() {
    refuses(
        write("table", table(CAT, DOG, row("cat", "test", 2, 3, 1, 6))),
        "data=%s has image_id cat more than once; keep one of them");
  }

  @Test
  void refusesNullsButInLabels() {
    Row noId = RowFactory.create(null, "train", 1, 2, 3, 1, new byte[6]);
    refuses(
        write("id", table(CAT, noId)), "data=%s has an image without image_id; mend or drop it");
    Row noSplit = RowFactory.create("lost", null, 1, 2, 3, 1, new byte[6]);
    refuses(
        write("split", table(CAT, noSplit)),
        "data=%s has image lost without split; mend or drop it");
    Row noPixels = RowFactory.create("blank", "train", 1, 2, 3, 1, null);
    refuses(
        write("pixels", table(CAT, noPixels)),
        "data=%s has image blank without pixels; mend or drop it");
    Row noWidth = RowFactory.create("thin", "train", 1, 2, null, 1, new byte[6]);
    refuses(
        write("width", table(CAT, noWidth)),
        "data=%s has image thin without width; mend or drop it");
  }

  private void refuses(String path, String message) {
    assertThatThrownBy(() -> ImagesTable.open(spark, path))
        .isInstanceOf(UserError.class)
        .hasMessage(message.formatted(path));
  }

  private Dataset<Row> table(Row... rows) {
    return spark.createDataFrame(List.of(rows), ImagesTable.schema());
  }

  private String write(String name, Dataset<Row> rows) {
    String path = directory.resolve(name).toString();
    rows.write().parquet(path);
    return path;
  }

  private static Row row(String id, String split, int height, int width, int channels, int bytes) {
    return RowFactory.create(id, split, null, height, width, channels, new byte[bytes]);
  }
}
