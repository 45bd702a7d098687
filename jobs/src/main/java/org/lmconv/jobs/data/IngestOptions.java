package org.lmconv.jobs.data;

import org.lmconv.jobs.UserError;

/**
 * What to ingest and where to.
 *
 * @param source kind of the files; only {@code mnist} is known, which Fashion-MNIST is too
 * @param path directory of the files
 * @param data directory to write the images table to; it must not exist
 * @param trainImages how many training images to take, evenly spaced; 0 for all
 * @param testImages how many test images to take, evenly spaced; 0 for all
 */
public record IngestOptions(
    String source, String path, String data, int trainImages, int testImages) {

  /**
   * @throws UserError if the source is unknown, a place is missing, or a count is negative
   */
  public IngestOptions {
    refuseEmpty("source", source, "the kind of files to read: source=mnist");
    if (!source.equals("mnist")) {
      throw new UserError("source=%s is unknown; the only known source is mnist".formatted(source));
    }
    refuseEmpty("path", path, "the directory of the files to read, such as path=mnist");
    String table = ShippedDigits.NAME.equals(data) ? "" : data; // the default of other commands
    refuseEmpty("data", table, "the images table to write, such as data=mnist.parquet");
    refuseNegative("ingest.train-images", trainImages);
    refuseNegative("ingest.test-images", testImages);
  }

  private static void refuseEmpty(String key, String value, String remedy) {
    if (value == null || value.isEmpty()) {
      throw new UserError("ingest lacks the key %s: %s".formatted(key, remedy));
    }
  }

  private static void refuseNegative(String key, int count) {
    if (count < 0) {
      throw new UserError("%s=%d must not be negative; 0 takes all images".formatted(key, count));
    }
  }
}
