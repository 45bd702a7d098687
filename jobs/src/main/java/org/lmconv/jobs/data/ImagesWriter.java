package org.lmconv.jobs.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.lmconv.model.ImageShape;

/** Writes part files of an images table, a few thousand images or 64 MB of pixels each. */
public final class ImagesWriter implements Closeable {
  private static final int IMAGES_PER_PART = 5000;
  private static final long PIXELS_PER_PART = 64L << 20;
  private static final long ROW_GROUP_BYTES = 16L << 20; // so much is in memory

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message images {
            required binary image_id (STRING);
            required binary split (STRING);
            optional int32 label;
            required int32 height;
            required int32 width;
            required int32 channels;
            required binary pixels;
          }
          """);

  private final Path directory;
  private final String prefix;
  private final Configuration configuration;
  private final List<Path> paths = new ArrayList<>();
  private ParquetWriter<Group> part;
  private int imagesInPart;
  private long pixelsInPart;

  /**
   * A writer of the files PREFIX-00000.parquet, PREFIX-00001.parquet ...
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
      beginPart();
    }
    part.write(group(image, shape));
    imagesInPart++;
    pixelsInPart += image.pixels().length;
    if (imagesInPart == IMAGES_PER_PART || pixelsInPart >= PIXELS_PER_PART) {
      endPart();
    }
  }

  private void beginPart() throws IOException {
    Path path = new Path(directory, "%s-%05d.parquet".formatted(prefix, paths.size()));
    part =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(path, configuration))
            .withType(SCHEMA)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(ROW_GROUP_BYTES)
            // No two images are alike, and their smallest and largest bytes tell nothing.
            .withDictionaryEncoding("pixels", false)
            .withStatisticsEnabled("pixels", false)
            .build();
    paths.add(path);
    imagesInPart = 0;
    pixelsInPart = 0;
  }

  private static Group group(Image image, ImageShape shape) {
    Group group = new SimpleGroup(SCHEMA);
    group.add("image_id", image.id());
    group.add("split", image.split());
    if (image.label() != null) {
      group.add("label", image.label());
    }
    group.add("height", shape.height());
    group.add("width", shape.width());
    group.add("channels", shape.channels());
    group.add("pixels", Binary.fromConstantByteArray(image.pixels()));
    return group;
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
