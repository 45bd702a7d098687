package org.lmconv.jobs.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;

/**
 * A checked images table: Parquet on any file system that Hadoop knows, or the digits that ship
 * with the product. Its columns are a contract ({@link #schema}); further columns are ignored.
 */
public final class ImagesTable {
  private static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("split", DataTypes.StringType)
          .add("label", DataTypes.IntegerType)
          .add("height", DataTypes.IntegerType)
          .add("width", DataTypes.IntegerType)
          .add("channels", DataTypes.IntegerType)
          .add("pixels", DataTypes.BinaryType);

  private final String path;
  private final String where;
  private final Dataset<Row> rows;
  private final TableSummary summary;

  private ImagesTable(String path, String where, Dataset<Row> rows) {
    this.path = path;
    this.where = where;
    this.rows = rows;
    this.summary = TableSummary.of(rows, where);
  }

  /**
   * Opens and checks a table, in one pass over all of it.
   *
   * @param path a Parquet file, directory or pattern; "digits" for those that ship
   * @throws UserError if there is no Parquet there, or a column is missing or has another type, or
   *     the images are not all whole, of one shape and of different ids
   */
  public static ImagesTable open(SparkSession spark, String path) {
    if (path.isBlank()) {
      throw new UserError(
          "data is not given, and the model does not know on which it was trained; name an images"
              + " table with data=TABLE");
    }
    boolean shipped = path.equals(ShippedDigits.NAME);
    String where = shipped ? "the table of shipped digits" : "data=" + path;
    return read(spark, path, rows -> new ImagesTable(path, where, rows));
  }

  /**
   * Some images, without a look at the others.
   *
   * @param path as for {@link #open}
   * @return rows with columns as in {@link #schema}; fewer than ids where the table lacks some
   * @throws UserError if there is no such table
   */
  public static List<Row> find(SparkSession spark, String path, List<String> ids) {
    Column wanted = functions.col("image_id").isin(ids.toArray());
    return read(spark, path, rows -> rows.where(wanted).collectAsList());
  }

  private static <T> T read(SparkSession spark, String path, Function<Dataset<Row>, T> reader) {
    if (path.equals(ShippedDigits.NAME)) {
      return reader.apply(ShippedDigits.read(spark));
    }
    String where = "data=" + path;
    String notParquet =
        where + " cannot be read as Parquet; make an images table with the command ingest";
    try {
      if (!ParquetFaults.isThere(spark, path, notParquet)) {
        throw new UserError(
            where
                + " does not exist; name an images table, or leave data out for the shipped"
                + " digits");
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError("%s cannot be read: %s".formatted(where, e.getMessage()), e);
    }
    return ParquetFaults.refuse(
        notParquet, () -> reader.apply(select(spark.read().parquet(path), where)));
  }

  private static Dataset<Row> select(Dataset<Row> found, String where) {
    List<String> names = Arrays.asList(found.columns());
    for (StructField column : SCHEMA.fields()) {
      String expected = column.dataType().simpleString();
      if (!names.contains(column.name())) {
        throw new UserError(
            "%s lacks column %s (%s); it has %s"
                .formatted(where, column.name(), expected, String.join(", ", names)));
      }
      String type = found.schema().apply(column.name()).dataType().simpleString();
      if (!type.equals(expected)) {
        throw new UserError(
            "column %s of %s is %s; cast it to %s".formatted(column.name(), where, type, expected));
      }
    }
    return found.select(
        Arrays.stream(SCHEMA.fieldNames()).map(functions::col).toArray(Column[]::new));
  }

  /**
   * The columns: image_id, split, label, height, width, channels, pixels (uint8, row-major [H, W,
   * C]). Only the label may be null in a row.
   */
  public static StructType schema() {
    return SCHEMA;
  }

  /** The name for reports: the last part of the path without its extension, or "digits". */
  public String name() {
    return nameOf(path);
  }

  /** Where it is: a whole path, or "digits". */
  public String location() throws IOException {
    if (path.equals(ShippedDigits.NAME)) {
      return path;
    }
    Path given = new Path(path);
    Configuration hadoop = rows.sparkSession().sparkContext().hadoopConfiguration();
    return given.getFileSystem(hadoop).makeQualified(given).toString();
  }

  /** The name for reports of the table at a path, whether it is there or not. */
  public static String nameOf(String path) {
    if (path.isBlank()) {
      return "";
    }
    String last = new Path(path).getName();
    int dot = last.lastIndexOf('.');
    return dot > 0 ? last.substring(0, dot) : last;
  }

  /** The shape of every image. */
  public ImageShape shape() {
    return summary.shape();
  }

  /**
   * The images of one split.
   *
   * @throws UserError if it has none
   */
  public ImageSplit split(String split) {
    Long count = summary.counts().get(split);
    if (count == null) {
      String splits =
          summary.counts().entrySet().stream()
              .map(entry -> "%s (%d images)".formatted(entry.getKey(), entry.getValue()))
              .collect(Collectors.joining(", "));
      throw new UserError(
          "%s has no images of split %s; it has %s".formatted(where, split, splits));
    }
    Dataset<Row> images = rows.where(functions.col("split").equalTo(split));
    return new ImageSplit("split " + split + " of " + where, images, shape(), count);
  }
}
