package org.lmconv.jobs.data;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.UserError;
import org.lmconv.model.ImageShape;

/**
 * What one pass over an images table finds, once nothing is wrong with it.
 *
 * @param shape of every image
 * @param counts images by split
 */
record TableSummary(ImageShape shape, SortedMap<String, Long> counts) {

  /**
   * Reads the whole table once, on the executors; one row per split comes back.
   *
   * @param rows columns as in {@link ImagesTable#schema}
   * @param where how messages call the table
   * @throws UserError if there are no images, a field other than the label is null, an id comes
   *     twice, pixels do not fill their shape, or shapes differ
   */
  static TableSummary of(Dataset<Row> rows, String where) {
    List<Row> splits = summarise(rows).collectAsList();
    if (splits.isEmpty()) {
      throw new UserError(where + " has no images; make the table again with some");
    }
    SortedMap<String, Long> counts = new TreeMap<>();
    for (Row split : splits) {
      refuseFaults(split, where);
      refuseOtherShape(splits.get(0).getStruct(3), split.getStruct(3), where);
      refuseOtherShape(splits.get(0).getStruct(3), split.getStruct(4), where);
      counts.put(split.getString(0), split.getLong(5));
    }
    return new TableSummary(shape(splits.get(0).getStruct(3)), counts);
  }

  /** Per split: split, fault, duplicate, first and last (shape, image_id), count. */
  private static Dataset<Row> summarise(Dataset<Row> rows) {
    Column shape = struct(col("height"), col("width"), col("channels"));
    Column shapeAndId = struct(col("shape"), col("image_id"));
    return rows.withColumn("fault", fault())
        .groupBy("image_id")
        .agg(
            min("split").as("split"),
            min("fault").as("fault"),
            min(shape).as("shape"),
            count(lit(1)).as("copies"))
        .groupBy("split")
        .agg(
            min("fault"),
            min(when(col("copies").gt(1), col("image_id"))),
            min(shapeAndId),
            max(shapeAndId),
            sum("copies"));
  }

  /** What is wrong with one row, or null. */
  private static Column fault() {
    Column id = col("image_id");
    Column height = col("height");
    Column width = col("width");
    Column channels = col("channels");
    // Double: a product of absurd sides must not overflow before it can be refused.
    Column bytes = height.cast("double").multiply(width).multiply(channels);
    return coalesce(
        when(id.isNull(), lit("an image without image_id")),
        isNull("split"),
        isNull("height"),
        isNull("width"),
        isNull("channels"),
        isNull("pixels"),
        when(
            height.lt(1).or(width.lt(1)).or(not(channels.isin(1, 3))),
            format_string(
                "image %s of shape %dx%dx%d, but images have at least one pixel and 1 or 3"
                    + " channels",
                id, height, width, channels)),
        when(
            length(col("pixels")).notEqual(bytes),
            format_string(
                "image %s with %d bytes of pixels, but its shape %dx%dx%d takes %.0f",
                id, length(col("pixels")), height, width, channels, bytes)));
  }

  private static Column isNull(String column) {
    return when(col(column).isNull(), format_string("image %s without " + column, col("image_id")));
  }

  private static void refuseFaults(Row split, String where) {
    if (!split.isNullAt(1)) {
      throw new UserError("%s has %s; mend or drop it".formatted(where, split.getString(1)));
    }
    if (!split.isNullAt(2)) {
      throw new UserError(
          "%s has image_id %s more than once; keep one of them"
              .formatted(where, split.getString(2)));
    }
  }

  private static void refuseOtherShape(Row first, Row other, String where) {
    if (!shape(first).equals(shape(other))) {
      throw new UserError(
          "%s has images of mixed shapes: %s is %s, %s is %s; bring them to one shape"
              .formatted(
                  where, first.getString(1), shape(first), other.getString(1), shape(other)));
    }
  }

  private static ImageShape shape(Row shapeAndId) {
    Row shape = shapeAndId.getStruct(0);
    return new ImageShape(shape.getInt(2), shape.getInt(0), shape.getInt(1));
  }
}
