package org.lmconv.jobs.data;

import static org.apache.spark.sql.functions.expr;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;

/**
 * What one pass over an images table finds, once nothing is wrong with it.
 *
 * @param counts images by split
 */
record TableSummary(ImageShape shape, SortedMap<String, Long> counts) {

  /**
   * What is wrong with one row, or null. In doubles: a product of absurd sides must not overflow
   * before it can be refused.
   */
  private static final String FAULT =
      """
      CASE
        WHEN image_id IS NULL THEN 'an image without image_id'
        WHEN split IS NULL THEN format_string('image %s without split', image_id)
        WHEN height IS NULL THEN format_string('image %s without height', image_id)
        WHEN width IS NULL THEN format_string('image %s without width', image_id)
        WHEN channels IS NULL THEN format_string('image %s without channels', image_id)
        WHEN pixels IS NULL THEN format_string('image %s without pixels', image_id)
        WHEN height < 1 OR width < 1 OR channels NOT IN (1, 3) THEN format_string(
          'image %s of shape %dx%dx%d, but images have at least one pixel and 1 or 3 channels',
          image_id, height, width, channels)
        WHEN length(pixels) <> double(height) * width * channels THEN format_string(
          'image %s with %d bytes of pixels, but its shape %dx%dx%d takes %.0f',
          image_id, length(pixels), height, width, channels, double(height) * width * channels)
      END
      """;

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
    Row first = splits.get(0).getAs("first");
    for (Row split : splits) {
      refuseFaults(split, where);
      refuseOtherShape(first, split.getAs("first"), where);
      refuseOtherShape(first, split.getAs("last"), where);
      counts.put(split.getAs("split"), split.getAs("images"));
    }
    return new TableSummary(shape(first), counts);
  }

  /** First and last are the least and the largest shape of a split, with the id of an image. */
  private static Dataset<Row> summarise(Dataset<Row> rows) {
    return rows.withColumn("fault", expr(FAULT))
        .groupBy("image_id")
        .agg(
            expr("min(split) AS split"),
            expr("min(fault) AS fault"),
            expr("min(struct(height, width, channels)) AS shape"),
            expr("count(*) AS copies"))
        .groupBy("split")
        .agg(
            expr("min(fault) AS fault"),
            expr("min(CASE WHEN copies > 1 THEN image_id END) AS duplicate"),
            expr("min(struct(shape, image_id)) AS first"),
            expr("max(struct(shape, image_id)) AS last"),
            expr("sum(copies) AS images"));
  }

  private static void refuseFaults(Row split, String where) {
    String fault = split.getAs("fault");
    if (fault != null) {
      throw new UserError("%s has %s; mend or drop it".formatted(where, fault));
    }
    String duplicate = split.getAs("duplicate");
    if (duplicate != null) {
      throw new UserError(
          "%s has image_id %s more than once; keep one of them".formatted(where, duplicate));
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
