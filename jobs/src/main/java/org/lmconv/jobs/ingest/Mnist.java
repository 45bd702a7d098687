package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImagesWriter;
import org.lmconv.model.ImageShape;

/**
 * The original files of MNIST, or of any data set in their format.
 *
 * <p>The driver does it alone, image by image: the files may lie on its own disk, and one that is
 * compressed can only be read from its start. Image ids are {@code source/split/index}, the index
 * being that in the original file, from 0.
 */
final class Mnist {
  private final IngestOptions options;
  private final Path folder;
  private final FileSystem files;

  private Mnist(IngestOptions options, Configuration hadoop) throws IOException {
    this.options = options;
    this.folder = new Path(options.path());
    this.files = folder.getFileSystem(hadoop);
  }

  /**
   * Writes the table and says what is in it.
   *
   * @throws UserError if a file is missing, damaged or does not fit the others
   */
  static String write(IngestOptions options, Staging staging, Configuration hadoop)
      throws IOException {
    String found;
    try (ImagesWriter to = new ImagesWriter(Staging.images(staging.place()), "part", hadoop)) {
      found = new Mnist(options, hadoop).copy(to);
    }
    staging.publish(false);
    return "%s: %s; written to %s%n".formatted(options.source(), found, options.data());
  }

  private String copy(ImagesWriter to) throws IOException {
    if (!files.exists(folder)) {
      throw new UserError(
          "path=%s does not exist; name the directory of the MNIST files".formatted(folder));
    }
    Source train = find("train", "train", options.config().trainImages());
    Source test = find("t10k", "test", options.config().testImages());
    Copied trained = copy(train, to);
    to.endPart(); // a part holds images of one split only
    Copied tested = copy(test, to);
    if (!trained.shape().equals(tested.shape())) {
      throw new UserError(
          "%s holds images of %s, but %s of %s; take both from one data set"
              .formatted(train.images(), trained.shape(), test.images(), tested.shape()));
    }
    return "%d train and %d test images, %s"
        .formatted(trained.images(), tested.images(), trained.shape());
  }

  /** The two files of a split, and how many of their images are wanted; 0 are all. */
  private record Source(Path images, Path labels, String split, int wanted) {}

  private Source find(String prefix, String split, int wanted) throws IOException {
    return new Source(
        find(prefix + "-images", "idx3-ubyte"),
        find(prefix + "-labels", "idx1-ubyte"),
        split,
        wanted);
  }

  /** A file, under any of the names that it goes by. */
  private Path find(String kind, String format) throws IOException {
    for (String separator : List.of("-", ".")) {
      for (String ending : List.of("", ".gz")) {
        Path path = new Path(folder, kind + separator + format + ending);
        if (files.exists(path)) {
          return path;
        }
      }
    }
    throw new UserError(
        "path=%s lacks %s-%s (or .gz); put it there".formatted(folder, kind, format));
  }

  private record Copied(int images, ImageShape shape) {}

  private Copied copy(Source from, ImagesWriter to) throws IOException {
    try (IdxFile images = IdxFile.open(files, from.images(), IdxFile.IMAGES);
        IdxFile labels = IdxFile.open(files, from.labels(), IdxFile.LABELS)) {
      int total = images.items;
      refuseOtherCounts(from, total, labels.items);
      int taken = from.wanted() == 0 ? total : from.wanted();
      ImageShape shape = new ImageShape(1, images.height, images.width);
      int written = 0;
      for (int i = 0; i < total; i++) {
        byte[] pixels = images.next();
        int label = Byte.toUnsignedInt(labels.next()[0]);
        if (written < taken && i == (long) written * total / taken) {
          String id = "%s/%s/%05d".formatted(options.source(), from.split(), i);
          to.write(new Image(id, from.split(), label, pixels), shape);
          written++;
        }
      }
      images.refuseMore();
      labels.refuseMore();
      return new Copied(written, shape);
    }
  }

  private static void refuseOtherCounts(Source from, int images, int labels) {
    if (images != labels) {
      throw new UserError(
          "%s has %d images, but %s has %d labels; fetch both again"
              .formatted(from.images(), images, from.labels(), labels));
    }
    if (images == 0) {
      throw new UserError("%s has no images; fetch it again".formatted(from.images()));
    }
    if (from.wanted() > images) {
      throw new UserError(
          "ingest.%s-images=%d, but there are only %d; 0 takes all"
              .formatted(from.split(), from.wanted(), images));
    }
  }
}
