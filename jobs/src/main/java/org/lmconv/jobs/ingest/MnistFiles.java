package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.UserError;

/**
 * The two files of one split of MNIST.
 *
 * @param images such as train-images-idx3-ubyte.gz
 * @param labels such as train-labels-idx1-ubyte.gz
 */
record MnistFiles(Path images, Path labels) {

  /**
   * Finds the files of a split, under any of the names that they go by.
   *
   * @param directory of all files
   * @param prefix {@code train} or {@code t10k}
   * @throws UserError if the directory or a file is missing
   */
  static MnistFiles find(FileSystem files, Path directory, String prefix) throws IOException {
    if (!files.exists(directory)) {
      throw new UserError(
          "path=%s does not exist; name the directory of the MNIST files".formatted(directory));
    }
    return new MnistFiles(
        find(files, directory, prefix + "-images", "idx3-ubyte"),
        find(files, directory, prefix + "-labels", "idx1-ubyte"));
  }

  private static Path find(FileSystem files, Path directory, String kind, String format)
      throws IOException {
    for (String separator : List.of("-", ".")) {
      for (String ending : List.of("", ".gz")) {
        Path path = new Path(directory, kind + separator + format + ending);
        if (files.exists(path)) {
          return path;
        }
      }
    }
    throw new UserError(
        "path=%s lacks %s-%s (or .gz); put it there".formatted(directory, kind, format));
  }
}
