package org.lmconv.jobs.page;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.model.ImageShape;

/** Images of the table that a run was trained on, by their ids, if the table is still there. */
final class Images {
  private final SparkSession spark;
  private final JobConfig config;
  private final String table;

  Images(SparkSession spark, JobConfig config) {
    this.spark = spark;
    this.config = config;
    this.table = config.as(Table.class).data();
  }

  private record Table(String data) {}

  /** An image with its shape. */
  record Found(ImageShape shape, Image image) {}

  /**
   * The images that are found, by id: none if the rows name another table, or it is gone.
   *
   * @param dataset the name of the table in the rows of the run
   */
  Map<String, Found> find(String dataset, Collection<String> ids) {
    Map<String, Found> found = new HashMap<>();
    if (ids.isEmpty() || !ImagesTable.nameOf(table).equals(dataset)) {
      return found;
    }
    try {
      ImagesTable.find(spark, table, List.copyOf(ids))
          .forEach(row -> found.put(row.getAs("image_id"), of(row)));
    } catch (UserError e) {
      return Map.of(); // the page says that they are not there
    }
    return found;
  }

  private static Found of(Row row) {
    int channels = row.getAs("channels");
    return new Found(
        new ImageShape(channels, row.getAs("height"), row.getAs("width")), Image.of(row));
  }

  /** An image as the model sees it: the bits or levels that it was scored as. */
  byte[] seen(Found found) {
    ImageEncoder encoder = ImageEncoder.of(config.model().spec(found.shape()), config);
    float[] values = new float[found.shape().dimensions()];
    encoder.forScoring(found.image().id(), found.image().pixels(), values, 0);
    return encoder.decode(values, 0);
  }
}
