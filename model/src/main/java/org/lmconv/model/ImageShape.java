package org.lmconv.model;

import java.io.Serializable;
import org.lmconv.orders.Grid;

/**
 * The shape of one image.
 *
 * @param channels 1 (grey or binary) or 3 (RGB)
 * @param height rows of pixels
 * @param width columns of pixels
 */
public record ImageShape(int channels, int height, int width) implements Serializable {

  /**
   * @throws IllegalArgumentException if there are not 1 or 3 channels or if a side is not positive
   */
  public ImageShape {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "images have 1 or 3 channels, got %d; convert them first".formatted(channels));
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "images have at least one pixel, got %dx%d".formatted(height, width));
    }
  }

  /** The grid of pixels. */
  public Grid grid() {
    return new Grid(height, width);
  }

  /** Number of dimensions, {@code channels * height * width}: one per subpixel. */
  public int dimensions() {
    return channels * height * width;
  }

  /** Bits per dimension of {@code nats}: nats / (dimensions · ln 2). */
  public double bitsPerDimension(double nats) {
    return nats / (dimensions() * Math.log(2));
  }

  @Override
  public String toString() {
    return "%dx%dx%d".formatted(height, width, channels);
  }
}
