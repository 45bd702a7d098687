package org.lmconv.jobs.score;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.Image;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Seeds;

/**
 * Where a dataset has its images.
 *
 * @param pixels place of the pixels, binary
 * @param id place of the ids, of any type; negative if there are none
 */
record ImageColumns(int pixels, int id, String pixelsName) implements Serializable {

  /**
   * Finds the columns.
   *
   * @param idName empty is "image_id" if there is such a column
   * @throws UserError if one is missing, or the pixels are not binary
   */
  static ImageColumns in(StructType schema, String pixelsName, String idName) {
    int pixels = place(schema, "inputCol", pixelsName);
    String type = schema.apply(pixels).dataType().simpleString();
    if (!type.equals(DataTypes.BinaryType.simpleString())) {
      throw new UserError(
          "inputCol=%s: the column is %s; it must be binary, uint8 [H, W, C]"
              .formatted(pixelsName, type));
    }
    int id = idName.isEmpty() ? place(schema, "image_id") : place(schema, "idCol", idName);
    return new ImageColumns(pixels, id, pixelsName);
  }

  private static int place(StructType schema, String name) {
    return Arrays.asList(schema.fieldNames()).indexOf(name);
  }

  private static int place(StructType schema, String setting, String name) {
    int place = place(schema, name);
    if (place < 0) {
      throw new UserError(
          "%s=%s: the dataset has no such column; it has %s"
              .formatted(setting, name, String.join(", ", schema.fieldNames())));
    }
    return place;
  }

  /**
   * The image of a row, without split and label.
   *
   * @throws UserError if there are no pixels, or not as many as a shape takes
   */
  Image image(Row row, ImageShape shape) {
    byte[] bytes = row.isNullAt(pixels) ? null : row.getAs(pixels);
    String name = id < 0 || row.isNullAt(id) ? null : String.valueOf(row.get(id));
    if (bytes == null) {
      throw new UserError(
          "image %s has no pixels in column %s; mend or drop it"
              .formatted(name == null ? "without an id" : name, pixelsName));
    }
    if (name == null) {
      long hash = Seeds.of(new String(bytes, StandardCharsets.ISO_8859_1));
      name = HexFormat.of().toHexDigits(hash);
    }
    if (bytes.length != shape.dimensions()) {
      throw new UserError(
          "image %s has %d bytes in column %s, but the model's images, %s, have %d; mend or drop it"
              .formatted(name, bytes.length, pixelsName, shape, shape.dimensions()));
    }
    return new Image(name, null, null, bytes);
  }
}
