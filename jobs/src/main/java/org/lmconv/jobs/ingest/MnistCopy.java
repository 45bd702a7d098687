package org.lmconv.jobs.ingest;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.data.ImagesWriter;
import org.lmconv.model.ImageShape;

/**
 * Copies the original files of MNIST, or of any data set in their format, into an images table.
 *
 * <p>The driver does it alone, image by image: the files may lie on its own disk, and one that is
 * compressed can only be read from its start. Image ids are {@code source/split/index}, the index
 * being that in the original file, from 0.
 */
final class MnistCopy {
  private final IngestOptions options;
  private final FileSystem files;

  MnistCopy(IngestOptions options, FileSystem files) {
    this.options = options;
    this.files = files;
  }

  /**
   * Writes the part files.
   *
   * @return what is in them
   * @throws UserError if a file is missing, damaged or does not fit the others
   */
  String write(Path to, Configuration configuration) throws IOException {
    Path path = new Path(options.path());
    MnistFiles train = MnistFiles.find(files, path, "train");
    MnistFiles test = MnistFiles.find(files, path, "t10k");
    try (ImagesWriter writer = new ImagesWriter(to, configuration)) {
      Copied trained = copy(train, "train", options.config().trainImages(), writer);
      writer.endPart(); // a part holds images of one split only
      Copied tested = copy(test, "test", options.config().testImages(), writer);
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
