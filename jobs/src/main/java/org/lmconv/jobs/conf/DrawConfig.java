package org.lmconv.jobs.conf;

import org.lmconv.model.likelihood.Temperature;

/**
 * The section "draw", and the keys "count" and "draws"; {@code reference.conf} explains each.
 *
 * @param count images that sample draws
 * @param draws of each image that complete completes
 * @param images that complete completes; 0 is all of the split
 * @param batchSize images that a task draws at once
 * @param sheetImages on the contact sheet
 * @param mixtureTemperature of the choice of a level or a component
 * @param scaleTemperature of the logistics
 */
public record DrawConfig(
    int count,
    int draws,
    int images,
    int batchSize,
    int sheetImages,
    double mixtureTemperature,
    double scaleTemperature) {
  /**
   * Checks every value.
   *
   * @throws org.lmconv.jobs.UserError if one is out of range
   */
  public DrawConfig {
    Bounds.atLeast("count", count, 1);
    Bounds.atLeast("draws", draws, 1);
    Bounds.atLeast("draw.images", images, 0);
    Bounds.atLeast("draw.batch-size", batchSize, 1);
    Bounds.atLeast("draw.sheet-images", sheetImages, 0);
    Bounds.notNegative("draw.mixture-temperature", mixtureTemperature);
    Bounds.notNegative("draw.scale-temperature", scaleTemperature);
  }

  /** How boldly pixels are drawn. */
  public Temperature temperature() {
    return new Temperature(mixtureTemperature, scaleTemperature);
  }
}
