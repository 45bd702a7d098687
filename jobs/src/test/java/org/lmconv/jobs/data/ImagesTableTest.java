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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.base.UserError;
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
    String path = write("table", table(CAT));
    Files.writeString(Path.of(path, "part-99999-broken.parquet"), "no Parquet at all");
    refuses(path, message);
  }

  @Test
  void refusesAColumnThatIsMissingOrOfAnotherType() {
    refuses(
        write("table", table(CAT).drop("split")),
        "data=%s lacks column split (string); it has image_id, label, height, width, channels,"
            + " pixels");
    Dataset<Row> rows = table(CAT).withColumn("label", functions.col("label").cast("bigint"));
    refuses(write("other", rows), "column label of data=%s is bigint; cast it to int");
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
    refusesRows("data=x has no images; make the table again with some");
  }

  @Test
  void refusesImagesOfMixedShapes() {
    String mixed =
        "data=x has images of mixed shapes: %s is 2x3x1, tall is 3x2x1; bring them to one shape";
    Row tall = row("tall", "train", 3, 2, 1, 6);
    refusesRows(mixed.formatted("cat"), CAT, tall);
    refusesRows(mixed.formatted("dog"), DOG, CAT, tall);
  }

  @Test
  void refusesPixelsThatDoNotFillTheirShape() {
    refusesRows(
        "data=x has image stub with 5 bytes of pixels, but its shape 2x3x1 takes 6; mend or drop"
            + " it",
        DOG,
        row("stub", "train", 2, 3, 1, 5));
    int huge = 1_000_000_000;
    refusesRows(
        "data=x has image huge with 5 bytes of pixels, but its shape 1000000000x1000000000x3 takes"
            + " 3000000000000000000; mend or drop it",
        row("huge", "train", huge, huge, 3, 5));
    refusesRows(
        "data=x has image odd of shape 2x3x2, but images have at least one pixel and 1 or 3"
            + " channels; mend or drop it",
        row("odd", "train", 2, 3, 2, 12));
  }

  @Test
  void refusesAnIdThatComesTwiceEvenInTwoSplits() {
    refusesRows(
        "data=x has image_id cat more than once; keep one of them",
        CAT,
        DOG,
        row("cat", "test", 2, 3, 1, 6));
  }

  @ParameterizedTest
  @CsvSource({"1,split", "3,height", "4,width", "5,channels", "6,pixels", "0,image_id"})
  void refusesNullsButInLabels(int column, String name) {
    Object[] values = {"lost", "train", null, 2, 3, 1, new byte[6]};
    values[column] = null;
    String image = column == 0 ? "an image" : "image lost";
    refusesRows(
        "data=x has %s without %s; mend or drop it".formatted(image, name),
        CAT,
        RowFactory.create(values));
  }

  private void refuses(String path, String message) {
    assertThatThrownBy(() -> ImagesTable.open(spark, path))
        .isInstanceOf(UserError.class)
        .hasMessage(message.formatted(path));
  }

  private void refusesRows(String message, Row... rows) {
    assertThatThrownBy(() -> TableSummary.of(table(rows), "data=x"))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
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
