package org.lmconv.jobs.data;

import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.lmconv.model.ImageShape;

/** Writes the part files of an images table, a few thousand images each, from the driver. */
final class ImagesWriter implements Closeable {
  private static final int IMAGES_PER_PART = 5000;

  private final Path directory;
  private final Configuration configuration;
  private ParquetWriter<Group> part;
  private int parts;
  private int imagesInPart;

  ImagesWriter(Path directory, Configuration configuration) {
    this.directory = directory;
    this.configuration = configuration;
  }

  /** Adds an image, of its own shape. */
  void write(Image image, ImageShape shape) throws IOException {
    if (part == null) {
      Path path = new Path(directory, "part-%05d.parquet".formatted(parts));
      part = ParquetImages.writer(HadoopOutputFile.fromPath(path, configuration));
      parts++;
      imagesInPart = 0;
    }
    part.write(ParquetImages.group(image, shape));
    imagesInPart++;
    if (imagesInPart == IMAGES_PER_PART) {
      endPart();
    }
  }

  /** Completes the current part; a further image begins the next one. */
  void endPart() throws IOException {
    if (part != null) {
      part.close();
      part = null;
    }
  }

  @Override
  public void close() throws IOException {
    endPart();
  }
}
