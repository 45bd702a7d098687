package org.lmconv.jobs.data;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * One row of the images table. Its shape is that of its split.
 *
 * @param id unique in its table
 * @param split such as train or test
 * @param label class of the image, or null where it has none
 * @param pixels uint8, row-major [H, W, C]; not copied
 */
public record Image(String id, String split, Integer label, byte[] pixels) implements Serializable {

  /** That of a row, columns as in {@link ImagesTable#schema}. */
  public static Image of(Row row) {
    return new Image(
        row.getAs("image_id"), row.getAs("split"), row.getAs("label"), row.getAs("pixels"));
  }
}
