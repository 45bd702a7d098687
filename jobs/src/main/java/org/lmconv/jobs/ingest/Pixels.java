package org.lmconv.jobs.ingest;

import java.util.Arrays;
import org.lmconv.model.ImageShape;

/**
 * A picture.
 *
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

  /**
   * The same picture with 1 or 3 channels. Grey is the luma of ITU-R BT.601, rounded: what JPEG and
   * most tools call grey.
   */
  Pixels withChannels(int channels) {
    if (shape.channels() == channels) {
      return this;
    }
    ImageShape target = new ImageShape(channels, shape.height(), shape.width());
    byte[] converted = new byte[target.dimensions()];
    for (int i = 0; i < shape.height() * shape.width(); i++) {
      if (channels == 1) {
        converted[i] =
            (byte) ((299 * at(3 * i) + 587 * at(3 * i + 1) + 114 * at(3 * i + 2) + 500) / 1000);
      } else {
        Arrays.fill(converted, 3 * i, 3 * i + 3, values[i]);
      }
    }
    return new Pixels(target, converted);
  }

  private int at(int i) {
    return values[i] & 0xFF;
  }

  /**
   * The picture as it was seen.
   *
   * @param orientation how the camera was held, by EXIF 2.3, 4.6.4: 1 (upright) to 8, of which 5 to
   *     8 turn rows into columns
   */
  Pixels upright(int orientation) {
    if (orientation == 1) {
      return this;
    }
    boolean turned = orientation >= 5;
    int height = turned ? shape.width() : shape.height();
    int width = turned ? shape.height() : shape.width();
    // Of the stored pixels: how far it is to the one seen below, and to the one seen to the right.
    int down = turned ? 1 : shape.width();
    int right = turned ? shape.width() : 1;
    int start = 0;
    if (orientation == 3 || orientation == 4 || orientation >= 7) { // seen from the last row on
      start += (height - 1) * down;
      down = -down;
    }
    if (orientation / 2 % 2 == 1) { // 2, 3, 6 and 7: from the last column on
      start += (width - 1) * right;
      right = -right;
    }
    int channels = shape.channels();
    byte[] seen = new byte[values.length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int from = (start + row * down + column * right) * channels;
        System.arraycopy(values, from, seen, (row * width + column) * channels, channels);
      }
    }
    return new Pixels(new ImageShape(channels, height, width), seen);
  }
}
