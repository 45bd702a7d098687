package org.lmconv.jobs.ingest;

import org.lmconv.model.ImageShape;

/** Grey and RGB. */
final class Channels {
  private Channels() {}

  /** The same picture with 1 or 3 channels. */
  static Pixels convert(Pixels pixels, int channels) {
    ImageShape shape = pixels.shape();
    if (shape.channels() == channels) {
      return pixels;
    }
    ImageShape target = new ImageShape(channels, shape.height(), shape.width());
    byte[] from = pixels.values();
    byte[] to = new byte[target.dimensions()];
    for (int i = 0; i < shape.height() * shape.width(); i++) {
      if (channels == 1) {
        to[i] = grey(from[3 * i] & 0xFF, from[3 * i + 1] & 0xFF, from[3 * i + 2] & 0xFF);
      } else {
        to[3 * i] = from[i];
        to[3 * i + 1] = from[i];
        to[3 * i + 2] = from[i];
      }
    }
    return new Pixels(target, to);
  }

  /** Luma of ITU-R BT.601, rounded: what JPEG and most tools call grey. */
  static byte grey(int red, int green, int blue) {
    return (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
  }

  /**
   * The value of a colour in one channel.
   *
   * @param rgb 0xRRGGBB
   * @param channel of {@code channels}
   */
  static byte of(int rgb, int channel, int channels) {
    int red = rgb >> 16 & 0xFF;
    int green = rgb >> 8 & 0xFF;
    int blue = rgb & 0xFF;
    if (channels == 1) {
      return grey(red, green, blue);
    }
    return (byte) (channel == 0 ? red : channel == 1 ? green : blue);
  }

  /** Pixels of one colour, [H, W, C]. */
  static byte[] filled(int rgb, ImageShape shape) {
    byte[] values = new byte[shape.dimensions()];
    for (int i = 0; i < values.length; i++) {
      values[i] = of(rgb, i % shape.channels(), shape.channels());
    }
    return values;
  }
}
