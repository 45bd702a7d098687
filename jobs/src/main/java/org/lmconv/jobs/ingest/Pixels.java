package org.lmconv.jobs.ingest;

import org.lmconv.model.ImageShape;

/**
 * A picture.
 *
 * @param shape rows, columns and channels
 * @param values uint8, row-major [H, W, C]; not copied
 */
record Pixels(ImageShape shape, byte[] values) {

  /**
   * @throws IllegalArgumentException if the values do not fill the shape
   */
  Pixels {
    if (values.length != shape.dimensions()) {
      throw new IllegalArgumentException(
          "%s takes %d values, got %d".formatted(shape, shape.dimensions(), values.length));
    }
  }
}
