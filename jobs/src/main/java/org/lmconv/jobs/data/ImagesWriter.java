package org.lmconv.jobs.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.lmconv.model.ImageShape;

/** Writes part files of an images table, a few thousand images or 64 MB of pixels each. */
public final class ImagesWriter implements Closeable {
  private static final int IMAGES_PER_PART = 5000;
  private static final long PIXELS_PER_PART = 64L << 20;

  private final Path directory;
  private final String prefix;
  private final Configuration configuration;
  private final List<Path> paths = new ArrayList<>();
  private ParquetWriter<Group> part;
  private int imagesInPart;
  private long pixelsInPart;

  /** A writer of the files part-00000.parquet, part-00001.parquet ... */
  public ImagesWriter(Path directory, Configuration configuration) {
    this(directory, "part", configuration);
  }

  /**
   * A writer of files whose names begin with a prefix.
   *
   * @param prefix that no other writer to this directory has
   */
  public ImagesWriter(Path directory, String prefix, Configuration configuration) {
    this.directory = directory;
    this.prefix = prefix;
    this.configuration = configuration;
  }

  /** Adds an image, of its own shape. */
  public void write(Image image, ImageShape shape) throws IOException {
    if (part == null) {
      Path path = new Path(directory, "%s-%05d.parquet".formatted(prefix, paths.size()));
      part = ParquetImages.writer(HadoopOutputFile.fromPath(path, configuration));
      paths.add(path);
      imagesInPart = 0;
      pixelsInPart = 0;
    }
    part.write(ParquetImages.group(image, shape));
    imagesInPart++;
    pixelsInPart += image.pixels().length;
    if (imagesInPart == IMAGES_PER_PART || pixelsInPart >= PIXELS_PER_PART) {
      endPart();
    }
  }

  /** Completes the current part; a further image begins the next one. */
  public void endPart() throws IOException {
    if (part != null) {
      ParquetWriter<Group> ended = part;
      part = null;
      ended.close();
    }
  }

  /** The files so far; all are complete once this writer is closed. */
  public List<Path> paths() {
    return List.copyOf(paths);
  }

  @Override
  public void close() throws IOException {
    endPart();
  }
}
