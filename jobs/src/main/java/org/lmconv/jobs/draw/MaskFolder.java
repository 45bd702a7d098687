package org.lmconv.jobs.draw;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.orders.Grid;
import org.lmconv.orders.Region;

/**
 * A folder of masks on any file system that Hadoop knows, one PNG for each image: IMAGE_ID.png, in
 * a folder where the id has a slash.
 *
 * @param folder that has them
 * @param grid of the images
 * @param hadoop opens its file system on executors
 */
record MaskFolder(String folder, Grid grid, Broadcast<SerializableConfiguration> hadoop)
    implements Serializable {
  private static final String PNG = ".png";

  static MaskFolder at(JavaSparkContext spark, String folder, Grid grid) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    return new MaskFolder(new Path(folder).toString(), grid, spark.broadcast(hadoop));
  }

  /**
   * The ids of the images that have a mask.
   *
   * @throws UserError if none has
   */
  List<String> imageIds() throws IOException {
    FileSystem system = new Path(folder).getFileSystem(files());
    Path root = system.makeQualified(new Path(folder));
    if (!system.exists(root)) {
      throw new UserError("region=%s/ does not exist; name a folder of masks".formatted(folder));
    }
    int start = root.toUri().getPath().length() + 1;
    List<String> ids = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> found = system.listFiles(root, true);
    while (found.hasNext()) {
      String path = found.next().getPath().toUri().getPath();
      if (path.endsWith(PNG)) {
        ids.add(path.substring(start, path.length() - PNG.length()));
      }
    }
    if (ids.isEmpty()) {
      throw new UserError(
          "region=%s/ holds no PNG; put a mask IMAGE_ID.png there for each image"
              .formatted(folder));
    }
    return ids;
  }

  /**
   * The hole of an image.
   *
   * @throws IllegalArgumentException if its mask is no PNG of the images' size with a white pixel
   */
  Region of(String imageId) {
    Path file = new Path(folder, imageId + PNG);
    try (InputStream in = file.getFileSystem(files()).open(file)) {
      return Regions.ofMask(imageId + PNG, in, grid);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Checks the masks, in tasks, before anything is drawn.
   *
   * @throws UserError if one cannot be used
   */
  void require(List<String> imageIds, JavaSparkContext spark) {
    List<String> faults =
        spark.parallelize(imageIds).map(this::fault).filter(fault -> !fault.isEmpty()).take(1);
    if (!faults.isEmpty()) {
      throw new UserError("region=%s/: %s".formatted(folder, faults.get(0)));
    }
  }

  /** What is wrong with a mask; empty if nothing is. */
  private String fault(String imageId) {
    try {
      of(imageId);
      return "";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private Configuration files() {
    return hadoop.value().value();
  }
}
