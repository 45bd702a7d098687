package org.lmconv.jobs.data;

import java.io.IOException;
import java.io.PrintStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.UserError;
import org.lmconv.model.ImageShape;

/**
 * Makes an images table of the original files of MNIST, or of any data set in their format.
 *
 * <p>The driver does it alone, image by image: the files may lie on its own disk, and one that is
 * compressed can only be read from its start.
 */
public final class Ingest {
  private final IngestOptions options;
  private final FileSystem files;

  private Ingest(IngestOptions options, FileSystem files) {
    this.options = options;
    this.files = files;
  }

  /**
   * Writes the table and prints what is in it. Image ids are {@code source/split/index}, the index
   * being that in the original file, from 0.
   *
   * @throws UserError if a file is missing, damaged or does not fit the others, or if {@code data}
   *     exists; nothing is left half-written
   */
  public static void run(SparkSession spark, IngestOptions options, PrintStream out) {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    try {
      FileSystem files = new Path(options.path()).getFileSystem(configuration);
      String summary = new Ingest(options, files).writeAtOnce(configuration);
      out.printf("%s: %s; written to %s%n", options.source(), summary, options.data());
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError(
          "cannot ingest path=%s to data=%s: %s"
              .formatted(options.path(), options.data(), e.getMessage()),
          e);
    }
  }

  /** Writes beside the table's place and moves there once all is well. */
  private String writeAtOnce(Configuration configuration) throws IOException {
    Path data = new Path(options.data());
    FileSystem target = data.getFileSystem(configuration);
    refuseExisting(target, data);
    Path partial =
        new Path(
            target.makeQualified(data).getParent(),
            ".%s.%s.partial".formatted(data.getName(), UUID.randomUUID()));
    try {
      String summary = write(new Path(options.path()), partial, configuration);
      refuseExisting(target, data); // a rename would move into a directory that came meanwhile
      if (!target.rename(partial, data)) {
        throw new IOException("cannot rename %s to %s".formatted(partial, data));
      }
      return summary;
    } finally {
      target.delete(partial, true);
    }
  }

  private static void refuseExisting(FileSystem files, Path data) throws IOException {
    if (files.exists(data)) {
      throw new UserError(
          "data=%s exists and is not overwritten; remove it or name another".formatted(data));
    }
  }

  private String write(Path path, Path to, Configuration configuration) throws IOException {
    MnistFiles train = MnistFiles.find(files, path, "train");
    MnistFiles test = MnistFiles.find(files, path, "t10k");
    try (ImagesWriter writer = new ImagesWriter(to, configuration)) {
      Copied trained = copy(train, "train", options.trainImages(), writer);
      writer.endPart(); // a part holds images of one split only
      Copied tested = copy(test, "test", options.testImages(), writer);
      if (!trained.shape().equals(tested.shape())) {
        throw new UserError(
            "%s holds images of %s, but %s of %s; take both from one data set"
                .formatted(train.images(), trained.shape(), test.images(), tested.shape()));
      }
      return "%d train and %d test images, %s"
          .formatted(trained.images(), tested.images(), trained.shape());
    }
  }

  private Copied copy(MnistFiles from, String split, int wanted, ImagesWriter to)
      throws IOException {
    try (IdxFile images = IdxFile.open(files, from.images(), IdxFile.IMAGES);
        IdxFile labels = IdxFile.open(files, from.labels(), IdxFile.LABELS)) {
      refuseOtherCounts(from, images.items(), labels.items());
      ImageShape shape = new ImageShape(1, images.height(), images.width());
      int total = images.items();
      int taken = take(wanted, total, split);
      int written = 0;
      for (int i = 0; i < total; i++) {
        byte[] pixels = images.next();
        int label = Byte.toUnsignedInt(labels.next()[0]);
        if (written < taken && i == (long) written * total / taken) {
          String id = "%s/%s/%05d".formatted(options.source(), split, i);
          to.write(new Image(id, split, label, pixels), shape);
          written++;
        }
      }
      images.refuseMore();
      labels.refuseMore();
      return new Copied(written, shape);
    }
  }

  private static void refuseOtherCounts(MnistFiles from, int images, int labels) {
    if (images != labels) {
      throw new UserError(
          "%s has %d images, but %s has %d labels; fetch both again"
              .formatted(from.images(), images, from.labels(), labels));
    }
    if (images == 0) {
      throw new UserError("%s has no images; fetch it again".formatted(from.images()));
    }
  }

  private static int take(int wanted, int total, String split) {
    if (wanted > total) {
      throw new UserError(
          "ingest.%s-images=%d, but there are only %d; 0 takes all"
              .formatted(split, wanted, total));
    }
    return wanted == 0 ? total : wanted;
  }

  /** What was copied of one split. */
  private record Copied(int images, ImageShape shape) {}
}
