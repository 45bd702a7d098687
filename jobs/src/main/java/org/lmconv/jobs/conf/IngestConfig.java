package org.lmconv.jobs.conf;

/**
 * The section "ingest"; {@code reference.conf} explains each key.
 *
 * @param trainImages to take of the training split; 0 is all
 * @param testImages to take of the test split; 0 is all
 */
public record IngestConfig(int trainImages, int testImages) {

  /**
   * Checks every value.
   *
   * @throws org.lmconv.jobs.UserError if one is out of range
   */
  public IngestConfig {
    Bounds.atLeast("ingest.train-images", trainImages, 0);
    Bounds.atLeast("ingest.test-images", testImages, 0);
  }
}
