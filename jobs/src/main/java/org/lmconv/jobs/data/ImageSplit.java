package org.lmconv.jobs.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;
import scala.Tuple2;

/**
 * The images of one split of an {@link ImagesTable}: at least one, all of one shape.
 *
 * @param where how messages call it
 * @param rows columns as in {@link ImagesTable#schema}
 */
public record ImageSplit(String where, Dataset<Row> rows, ImageShape shape, long count) {
  private static final Column ID = col("image_id");
  private static final Column HASH = xxhash64(ID);

  /** The images as records, partitioned as the table is. */
  public JavaRDD<Image> images() {
    return rows.javaRDD().map(Image::of);
  }

  /**
   * Some of the images: those whose ids have the least hash, so the same ones each time.
   *
   * @param images how many; 0, or more than there are, for all
   */
  public ImageSplit sample(int images) {
    if (images == 0 || images >= count) {
      return this;
    }
    Row last = lastOf(images);
    Column some =
        HASH.lt(last.getLong(0)).or(HASH.equalTo(last.getLong(0)).and(ID.leq(last.getString(1))));
    return new ImageSplit(where, rows.where(some), shape, images);
  }

  /**
   * Hash and id of the last of the images with the least hash. Without their pixels, which may take
   * more than the memory of the task that sorts.
   */
  private Row lastOf(int images) {
    return rows.select(struct(HASH, ID).as("place"))
        .orderBy("place")
        .limit(images)
        .agg(max("place"))
        .first()
        .getStruct(0);
  }

  /** The images that have one of these ids; there may be none. */
  public ImageSplit only(List<String> ids) {
    Dataset<Row> wanted =
        rows.sparkSession().createDataset(ids, Encoders.STRING()).toDF("image_id");
    Dataset<Row> some = rows.join(wanted, "image_id");
    return new ImageSplit(where, some, shape, some.count());
  }

  /** The first images by id, on the driver. */
  public List<Image> first(int images) {
    return rows.orderBy("image_id").limit(images).collectAsList().stream().map(Image::of).toList();
  }

  /**
   * The images in batches, whose members do not depend on how the table is partitioned: the images,
   * sorted by id (by bytes), get indices from 0, and each {@code size} of them are a batch.
   *
   * @param size of all batches but the last
   * @param tasks partitions to spread them over
   */
  public JavaRDD<List<Image>> batches(int size, int tasks) {
    return dealt(rows.orderBy("image_id").javaRDD().map(Image::of), size, tasks)
        .values()
        .mapPartitions(images -> new Batches<>(images, size, List::of)); // whole ones
  }

  /**
   * The images dealt to workers. The images, sorted by id (by bytes), get indices from 0; image
   * {@code index} belongs to lane {@code index mod (workers·batchSize)}, and worker w owns lanes
   * w·batchSize to (w+1)·batchSize-1. {@link BatchPlan} says which of them make which batch.
   *
   * @param batchSize images per worker and step
   * @return exactly {@code workers} partitions, partition w holding the images of worker w by
   *     index; not persisted
   * @throws UserError if there are fewer images than one step of all workers takes
   */
  public JavaRDD<IndexedImage> lanes(int workers, int batchSize) {
    long globalBatch = (long) workers * batchSize;
    if (count < globalBatch) {
      throw new UserError(
          "%s has %d images, but one step of train.workers=%d × train.batch-size=%d takes %d;"
                  .formatted(where, count, workers, batchSize, globalBatch)
              + " make train.batch-size or train.workers smaller");
    }
    JavaRDD<Image> images =
        rows.select("image_id", "pixels")
            .orderBy("image_id")
            .javaRDD()
            .map(row -> new Image(row.getString(0), null, null, row.getAs(1)));
    return dealt(images, batchSize, workers)
        .map(image -> new IndexedImage(image._1(), image._2().id(), image._2().pixels()));
  }

  /** Images by their indices, each partition in the order of these. */
  private static JavaPairRDD<Long, Image> dealt(JavaRDD<Image> images, int size, int partitions) {
    return images
        .zipWithIndex()
        .mapToPair(Tuple2::swap)
        .repartitionAndSortWithinPartitions(new Dealing(size, partitions));
  }

  /** Deals batches, of consecutive images, to partitions in turn. */
  private static final class Dealing extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int size;
    private final int partitions;

    Dealing(int size, int partitions) {
      this.size = size;
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object index) {
      return (int) ((Long) index / size % partitions);
    }
  }
}
