package org.lmconv.jobs.conf;

import java.util.List;

/**
 * The section "score"; {@code reference.conf} explains each key.
 *
 * @param batchSize images per forward pass
 * @param images of the split to score; 0 is all
 * @param ensemble names of the orders that are averaged, or patterns; empty is all orders
 * @param maps whether the nats of each pixel are kept
 */
public record ScoreConfig(int batchSize, int images, List<String> ensemble, boolean maps) {
  /**
   * Checks the numbers.
   *
   * @throws org.lmconv.jobs.UserError if one is out of range
   */
  public ScoreConfig {
    ensemble = List.copyOf(ensemble);
    Bounds.atLeast("score.batch-size", batchSize, 1);
    Bounds.atLeast("score.images", images, 0);
  }
}
