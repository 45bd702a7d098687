package org.lmconv.jobs.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lpad;
import static org.apache.spark.sql.functions.regexp_extract;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.IngestConfig.Columns;
import org.lmconv.jobs.data.ParquetFaults;

/** A Parquet table, or one that Spark knows by name, with a column of images. */
final class TableSource {
  private static final List<String> SHAPE = List.of("height", "width", "channels");
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
    Dataset<Row> table = open(job.spark(), path);
    Dataset<Row> rows = new TableSource("path=" + path, columns, table).select();
    RowReader reader = new RowReader(columns, job.config().backgroundRgb());
    Tally tally;
    try {
      tally = job.write(rows.javaRDD(), reader);
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      if (ParquetFaults.isUnreadable(e)) {
        throw notParquet(path, e);
      }
      throw e;
    }
    refuseDuplicates(job, columns.id());
    return tally;
  }

  private static Dataset<Row> open(SparkSession spark, String path) throws IOException {
    Path place = new Path(path);
    FileSystem files = place.getFileSystem(spark.sparkContext().hadoopConfiguration());
    FileStatus[] found = files.globStatus(place); // Spark reads patterns too
    if (found == null || found.length == 0) {
      if (path.matches("[\\w.]+") && spark.catalog().tableExists(path)) {
        return spark.table(path);
      }
      throw new UserError(
          "path=%s is neither a Parquet table nor one that Spark knows; name one".formatted(path));
    }
    // Spark would find out itself, but only after printing a page about it.
    if (found[0].isFile() && !ParquetFaults.startsAsParquet(files, found[0].getPath())) {
      throw notParquet(path, null);
    }
    try {
      return spark.read().parquet(path);
    } catch (Exception e) { // as above
      if (ParquetFaults.isUnreadable(e)) {
        throw notParquet(path, e);
      }
      throw e;
    }
  }

  private static UserError notParquet(String path, Exception cause) {
    return new UserError(
        "path=%s cannot be read as Parquet; name a Parquet table".formatted(path), cause);
  }

  /** Columns as {@link RowReader} reads them. */
  private Dataset<Row> select() {
    require("ingest.column", columns.images(), "binary");
    if (!columns.encoded() && columns.rawShape().isEmpty()) {
      for (String side : SHAPE) {
        if (!has(side)) {
          throw new UserError(
              "%s has raw pixels, but no column %s; give ingest.shape, such as 28x28x1, or"
                      .formatted(where, side)
                  + " ingest.encoded=true");
        }
        require(side, side, "int");
      }
    }
    boolean sides = !columns.encoded() && columns.rawShape().isEmpty();
    return table.select(
        id().cast("string").as("id"),
        col(quoted(columns.images())).as("image"),
        optional("ingest.label-column", columns.label(), "int").as("label"),
        optional("ingest.split-column", columns.split(), "string").as("split"),
        (sides ? col("height") : NULL).cast("int").as("height"),
        (sides ? col("width") : NULL).cast("int").as("width"),
        (sides ? col("channels") : NULL).cast("int").as("channels"));
  }

  private Column id() {
    if (!columns.id().isEmpty()) {
      require("ingest.id-column", columns.id(), "");
      return col(quoted(columns.id()));
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

  private static void refuseDuplicates(IngestJob job, String column) {
    Dataset<Row> twice =
        job.spark()
            .read()
            .schema(
                DataTypes.createStructType(
                    List.of(DataTypes.createStructField("image_id", DataTypes.StringType, false))))
            .parquet(job.staging().images().toString())
            .groupBy("image_id")
            .count()
            .where("count > 1");
    List<Row> first = twice.orderBy("image_id").limit(1).collectAsList();
    if (!first.isEmpty()) {
      throw new UserError(
          "ingest.id-column=%s has %s more than once; name a column that differs in each row"
              .formatted(column, first.get(0).getString(0)));
    }
  }
}
