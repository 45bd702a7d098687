package org.lmconv.jobs.conf;

/**
 * The section "score".
 *
 * @param batchSize images per forward pass
 * @param images of the split to score; 0 is all
 */
public record ScoreConfig(int batchSize, int images) {
  /**
   * Checks both.
   *
   * @throws org.lmconv.jobs.UserError if one is out of range
   */
  public ScoreConfig {
    Bounds.atLeast("score.batch-size", batchSize, 1);
    Bounds.atLeast("score.images", images, 0);
  }
}
