package org.lmconv.jobs.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lpad;
import static org.apache.spark.sql.functions.regexp_extract;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.IngestConfig.Columns;
import org.lmconv.jobs.data.ParquetFaults;
import org.lmconv.model.ImageShape;

/** A Parquet table, or one that Spark knows by name, with a column of images. */
final class TableSource {
  private static final Column NULL = lit(null);

  /** A file's name, and the directories of a partitioned table: files of two may have one name. */
  private static final String FILE = "((?:[^/]+=[^/]*/)*[^/]+)$";

  private final String where;
  private final Columns columns;
  private final Dataset<Row> table;

  private TableSource(String where, Columns columns, Dataset<Row> table) {
    this.where = where;
    this.columns = columns;
    this.table = table;
  }

  static Tally write(IngestJob job, String path) throws IOException {
    Columns columns = job.config().columns();
    int background = job.config().backgroundRgb();
    String refusal = "path=%s cannot be read as Parquet; name a Parquet table".formatted(path);
    Dataset<Row> table = open(job.spark(), path, refusal);
    Dataset<Row> rows = new TableSource("path=" + path, columns, table).select();
    Tally tally =
        ParquetFaults.refuse(
            refusal,
            () -> job.write(rows.javaRDD(), (row, to) -> read(row, columns, background, to)));
    refuseDuplicates(job, columns.idColumn());
    return tally;
  }

  private static Dataset<Row> open(SparkSession spark, String path, String refusal)
      throws IOException {
    if (ParquetFaults.isThere(spark, path, refusal)) {
      return ParquetFaults.refuse(refusal, () -> spark.read().parquet(path));
    }
    if (path.matches("[\\w.]+") && spark.catalog().tableExists(path)) {
      return spark.table(path);
    }
    throw new UserError(
        "path=%s is neither a Parquet table nor one that Spark knows; name one".formatted(path));
  }

  /** Columns as {@link #read} reads them. */
  private Dataset<Row> select() {
    require("ingest.column", columns.column(), "binary");
    return table.select(
        id().cast("string").as("id"),
        col(quoted(columns.column())).as("image"),
        optional("ingest.label-column", columns.labelColumn(), "int").as("label"),
        optional("ingest.split-column", columns.splitColumn(), "string").as("split"),
        side("height"),
        side("width"),
        side("channels"));
  }

  /** Rows, columns or channels of raw pixels, where no key tells. */
  private Column side(String name) {
    if (columns.encoded() || columns.rawShape().isPresent()) {
      return NULL.cast("int").as(name);
    }
    if (!has(name)) {
      throw new UserError(
          "%s has raw pixels, but no column %s; give ingest.shape, such as 28x28x1, or"
                  .formatted(where, name)
              + " ingest.encoded=true");
    }
    require(name, name, "int");
    return col(name);
  }

  private Column id() {
    if (!columns.idColumn().isEmpty()) {
      require("ingest.id-column", columns.idColumn(), "");
      return col(quoted(columns.idColumn()));
    }
    try {
      Column place = table.metadataColumn("_metadata");
      table.select(place.getField("row_index")).schema(); // throws where rows have no place
      return concat(
          regexp_extract(place.getField("file_path"), FILE, 1),
          lit("/"),
          lpad(place.getField("row_index").cast("string"), 8, "0"));
    } catch (Exception e) { // AnalysisException, which Spark does not declare
      throw new UserError(
          "%s is not made of Parquet files, whose rows have a place; name an ingest.id-column"
              .formatted(where),
          e);
    }
  }

  private Column optional(String key, String column, String type) {
    if (column.isEmpty()) {
      return NULL.cast(type);
    }
    require(key, column, "");
    return col(quoted(column)).cast(type);
  }

  private void require(String key, String column, String type) {
    if (!has(column)) {
      throw new UserError(
          "%s=%s: %s has no such column; it has %s"
              .formatted(key, column, where, String.join(", ", table.columns())));
    }
    String found = table.schema().apply(column).dataType().simpleString();
    if (!type.isEmpty() && !found.equals(type)) {
      throw new UserError(
          "column %s of %s is %s; cast it to %s".formatted(column, where, found, type));
    }
  }

  private boolean has(String column) {
    return Arrays.asList(table.columns()).contains(column);
  }

  private static String quoted(String column) {
    return "`" + column.replace("`", "``") + "`"; // a name may have a dot
  }

  private static void read(Row row, Columns columns, int background, PartWriter to)
      throws IOException {
    String id = row.getAs("id");
    to.reading(
        id == null ? "a row without id" : id,
        () -> {
          byte[] image = row.getAs("image");
          if (id == null || image == null) {
            throw new BadFileException(id == null ? "its id is null" : "its image is null");
          }
          to.countBytesRead(image.length);
          Pixels pixels =
              columns.encoded()
                  ? PictureDecoder.decode(image, background)
                  : raw(row, columns.rawShape(), image);
          to.image(id, row.getAs("split"), row.getAs("label"), pixels);
        });
  }

  private static Pixels raw(Row row, Optional<ImageShape> given, byte[] image)
      throws BadFileException {
    if (given.isEmpty() && (row.isNullAt(4) || row.isNullAt(5) || row.isNullAt(6))) {
      throw new BadFileException("its height, width or channels are null");
    }
    try {
      ImageShape shape =
          given.orElseGet(() -> new ImageShape(row.getInt(6), row.getInt(4), row.getInt(5)));
      // Double: a product of absurd sides must not overflow before it can be refused.
      double bytes = (double) shape.height() * shape.width() * shape.channels();
      if (image.length != bytes) {
        throw new BadFileException(
            "it has %d bytes of pixels, but %s takes %.0f".formatted(image.length, shape, bytes));
      }
      return new Pixels(shape, image);
    } catch (IllegalArgumentException e) { // of a shape that is none
      throw new BadFileException(e.getMessage(), e);
    }
  }

  private static void refuseDuplicates(IngestJob job, String column) {
    List<Row> first =
        job.spark()
            .read()
            .schema("image_id STRING")
            .parquet(Staging.images(job.staging().place()).toString())
            .groupBy("image_id")
            .count()
            .where("count > 1")
            .orderBy("image_id")
            .limit(1)
            .collectAsList();
    if (!first.isEmpty()) {
      throw new UserError(
          "ingest.id-column=%s has %s more than once; name a column that differs in each row"
              .formatted(column, first.get(0).getString(0)));
    }
  }
}
