package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.data.Image;

class TableTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("the id", DataTypes.LongType)
          .add("file.png", DataTypes.BinaryType)
          .add("raw", DataTypes.BinaryType)
          .add("class", DataTypes.LongType)
          .add("part", DataTypes.StringType);

  private static final String[] ENCODED = {"ingest.column=file.png", "ingest.encoded=true"};
  private static final String[] RAW = {"ingest.column=raw", "ingest.shape=2x2x1"};

  @TempDir private Path directory;
  private Path table;
  private Path data;

  @BeforeEach
  void makeTable() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      byte[] png = PictureFiles.colours(3, 4, i, "png");
      String part = i < 3 ? "train" : "held out";
      rows.add(RowFactory.create(100L + i, png, new byte[] {(byte) i, 1, 2, 3}, 7L, part));
    }
    write(rows);
    data = directory.resolve("out").resolve("table");
  }

  private void write(List<Row> rows) {
    table = directory.resolve("table" + rows.size());
    TestSpark.session().createDataFrame(rows, SCHEMA).coalesce(1).write().parquet(table.toString());
  }

  @Test
  void readsEncodedImages() {
    String[] more = {
      "ingest.id-column=the id", "ingest.label-column=class", "ingest.split-column=part"
    };
    assertThat(ingest(ENCODED, more))
        .startsWith("table: 3 train and 2 held out images, 3x4x3; written to " + data);
    Image last = Image.of(Ingests.rows(data).get(4));
    assertThat(last.id()).isEqualTo("104");
    assertThat(last.label()).isEqualTo(7);
    assertThat(last.pixels()[2]).isEqualTo((byte) 32);
  }

  @Test
  void readsRawPixelsUnderTheirPlace() {
    ingest(RAW, "ingest.test-share=0");
    List<Row> rows = Ingests.rows(data);
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(Image.of(row).id()).matches("part-00000-.*\\.parquet/0000000[0-4]"));
    assertThat(Image.of(rows.get(3)).pixels()).containsExactly(3, 1, 2, 3);
    assertThat(Image.of(rows.get(3)).label()).isNull();
    assertThat(Image.of(rows.get(3)).split()).isEqualTo("train");
  }

  @Test
  void readsAnImagesTableAsItIs() {
    table = Path.of(TinyRuns.table(directory));
    assertThat(ingest(new String[0], "ingest.split-column=split", "ingest.id-column=image_id"))
        .startsWith("table: 12 train and 7 test images, 4x4x1; ");
    assertThat(Ingests.rows(data).get(0).<byte[]>getAs("pixels"))
        .isEqualTo(Ingests.rows(table).get(0).<byte[]>getAs("pixels"));
  }

  @Test
  void readsATableThatSparkKnows() {
    TestSpark.session().read().parquet(table.toString()).createOrReplaceTempView("known");
    table = Path.of("known");
    assertThat(ingest(RAW, "ingest.id-column=the id")).contains("images, 2x2x1; ");
  }

  @Test
  void filesOfAPartitionedTableMayHaveOneName() {
    Path partitioned = directory.resolve("partitioned");
    TestSpark.session()
        .read()
        .parquet(table.toString())
        .write()
        .partitionBy("class", "part")
        .parquet(partitioned.toString());
    table = partitioned;
    ingest(RAW);
    assertThat(Ingests.rows(data)).hasSize(5);
    assertThat(Image.of(Ingests.rows(data).get(0)).id())
        .matches("class=7/part=held.*out/part-00000-.*\\.parquet/00000000");
  }

  @Test
  void skipsRowsThatAreDamaged() {
    List<Row> rows = new ArrayList<>();
    rows.add(RowFactory.create(1L, null, new byte[4], null, null));
    rows.add(RowFactory.create(2L, null, new byte[3], null, null));
    rows.add(RowFactory.create(3L, null, null, null, null));
    rows.add(RowFactory.create(null, null, new byte[4], null, null));
    write(rows);
    String[] words = {"ingest.id-column=the id", "ingest.on-error=skip", "ingest.test-share=0"};
    assertThat(ingest(RAW, words))
        .startsWith("table: 1 train images")
        .contains("3 files at fault (1: it has 3 bytes of pixels, but 2x2x1 takes 4; ");
    assertThat(Ingests.rows(data + "_errors"))
        .extracting(row -> row.getString(0))
        .containsExactly("2", "3", "a row without id");
    data = directory.resolve("other").resolve("table");
    refuses(RAW, "2: it has 3 bytes of pixels, but 2x2x1 takes 4; mend", "ingest.id-column=the id");
  }

  @Test
  void refusesWhatIsNoSuchTable() throws IOException {
    String[] none = {};
    refuses(none, "ingest.column=pixels: path=" + table + " has no such column; it has the id, ");
    refuses(
        none,
        "column the id of path=" + table + " is bigint; cast it to binary",
        "ingest.column=the id");
    refuses(
        none,
        "path=" + table + " has raw pixels, but no column height; give ingest.shape",
        "ingest.column=raw");
    refuses(
        RAW, "ingest.label-column=no: path=" + table + " has no such", "ingest.label-column=no");
    refuses(
        RAW,
        "ingest.id-column=class has 7 more than once; name a column that differs in each row",
        "ingest.id-column=class");
    table = Files.writeString(directory.resolve("text"), "no Parquet");
    refuses(RAW, "path=" + table + " cannot be read as Parquet; name a Parquet table");
    table = Files.createDirectory(directory.resolve("folder"));
    refuses(RAW, "path=" + table + " cannot be read as Parquet; name a Parquet table");
    TestSpark.session()
        .range(3)
        .selectExpr("binary(string(id)) raw")
        .createOrReplaceTempView("computed");
    table = Path.of("computed");
    refuses(RAW, "path=computed is not made of Parquet files, whose rows have a place; name an");
    table = Path.of("nowhere");
    refuses(RAW, "path=nowhere is neither a Parquet table nor one that Spark knows; name one");
  }

  private String ingest(String[] words, String... more) {
    return Ingests.run(
        "table",
        table,
        data,
        Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new));
  }

  private void refuses(String[] words, String message, String... more) {
    Ingests.refuses(() -> ingest(words, more), data, message);
  }
}
