package org.lmconv.jobs.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.IngestConfig;
import org.lmconv.jobs.conf.IngestConfig.OnError;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImagesWriter;
import org.lmconv.model.Seeds;

/**
 * Writes what one task reads, image by image, to files that no other attempt of a task writes: a
 * few of images, and one of errors if there are any.
 */
final class PartWriter implements Closeable {
  private static final MessageType ERRORS =
      MessageTypeParser.parseMessageType(
          """
          message errors {
            required binary file (STRING);
            required binary reason (STRING);
            required int64 images;
          }
          """);

  private final TaskContext task = TaskContext.get();
  private final IngestConfig config;
  private final Shaping shaping;
  private final Configuration configuration;
  private final ImagesWriter images;
  private final Path errorsPath;
  private ParquetWriter<Group> errors; // null as long as there are none
  private final Tally tally = new Tally();

  /**
   * @param place of the {@link Staging} directory
   */
  PartWriter(IngestConfig config, Path place, Configuration configuration) {
    String prefix = "part-%05d-%d".formatted(task.partitionId(), task.taskAttemptId());
    this.config = config;
    this.shaping = Shaping.of(config);
    this.configuration = configuration;
    this.images = new ImagesWriter(Staging.images(place), prefix, configuration);
    this.errorsPath = new Path(Staging.errors(place), prefix + ".parquet");
  }

  /** What a source does with one of its files, or with a row of a table. */
  @FunctionalInterface
  interface Body {
    void read() throws IOException;
  }

  /**
   * Reads a file. What is wrong with it becomes a row in the table of errors.
   *
   * @param file its name, or the id of an image of a table
   * @throws UserError if faults are not to be skipped
   * @throws IOException if a file system fails
   */
  void reading(String file, Body body) throws IOException {
    long before = tally.imageCount();
    try {
      body.read();
    } catch (IOException e) {
      BadFileException fault = BadFileException.of(e);
      if (config.onError() == OnError.FAIL) {
        throw new UserError(
            "%s: %s; mend or remove it, or use ingest.on-error=skip"
                .formatted(file, fault.getMessage()),
            fault);
      }
      tally.fault(fault.getMessage());
      writeError(file, fault.getMessage(), tally.imageCount() - before);
    }
  }

  private void writeError(String file, String reason, long imagesTaken) throws IOException {
    if (errors == null) {
      errors =
          ExampleParquetWriter.builder(HadoopOutputFile.fromPath(errorsPath, configuration))
              .withType(ERRORS)
              .withCompressionCodec(CompressionCodecName.ZSTD)
              .build();
    }
    Group row = new SimpleGroup(ERRORS);
    row.add("file", file);
    row.add("reason", reason);
    row.add("images", imagesTaken);
    errors.write(row);
  }

  /** The file system of a file that is to be read. */
  FileSystem fileSystem(Path file) throws IOException {
    return file.getFileSystem(configuration);
  }

  void countBytesRead(long bytes) {
    tally.bytesRead += bytes;
  }

  /**
   * Takes an image.
   *
   * @param id unique in the source
   * @param split null where the source has none: then a hash of the id tells
   * @param label null where it has none
   * @param original of the size that it has in the source
   */
  void image(String id, String split, Integer label, Pixels original) throws IOException {
    if (task.isInterrupted()) { // by a fault elsewhere
      throw new TaskKilledException("not wanted any more");
    }
    Pixels pixels = shaping.apply(original);
    String known =
        split == null ? splitOf(id, config.validationShare(), config.testShare()) : split;
    tally.image(id, known, original.shape(), pixels.shape());
    images.write(new Image(id, known, label, pixels.values()), pixels.shape());
  }

  /**
   * Deals images to splits by a hash of their ids, so that each stays where it is when others come.
   */
  static String splitOf(String id, double validationShare, double testShare) {
    float place = Seeds.uniform(Seeds.of(0, Seeds.Purpose.SPLIT, Seeds.of(id)), 0);
    if (place < testShare) {
      return "test";
    }
    return place < testShare + validationShare ? "validation" : "train";
  }

  /**
   * What a task has written.
   *
   * @param files their names; those of an attempt that Spark gave up are in no such list
   */
  record Written(List<String> files, Tally tally) implements Serializable {}

  /** Completes the files and says what is in them. */
  Written finish() throws IOException {
    close();
    List<Path> files = new ArrayList<>(images.paths());
    for (Path file : files) {
      tally.bytesWritten += fileSystem(file).getFileStatus(file).getLen();
    }
    if (errors != null) {
      files.add(errorsPath);
    }
    return new Written(files.stream().map(Path::getName).toList(), tally);
  }

  @Override
  public void close() throws IOException {
    try {
      images.close();
    } finally {
      if (errors != null) {
        errors.close();
      }
    }
  }
}
