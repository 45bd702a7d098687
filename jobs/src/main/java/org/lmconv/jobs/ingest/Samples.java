package org.lmconv.jobs.ingest;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import org.lmconv.model.ImageShape;

/**
 * The stored samples of a decoded picture. Java's own conversions between kinds of images go
 * through colour spaces, which makes grey pictures brighter; nothing is converted here.
 */
final class Samples {
  private Samples() {}

  /**
   * The samples, over a background where they are transparent.
   *
   * @param background 0xRRGGBB
   */
  static Pixels of(BufferedImage image, int background) throws BadFileException {
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return ofPalette(image.getRaster(), palette, background);
    }
    int bands = image.getRaster().getNumBands();
    if (bands < 1 || bands > 4) {
      throw new BadFileException("it has %d channels, but pictures have 1 to 4".formatted(bands));
    }
    boolean transparent = bands % 2 == 0;
    boolean grey = bands <= 2 && !(transparent && !isGrey(background));
    return ofBands(image.getRaster(), grey, transparent, background);
  }

  private static Pixels ofBands(Raster raster, boolean grey, boolean transparent, int background) {
    int bands = raster.getNumBands();
    int channels = grey ? 1 : 3;
    ImageShape shape = new ImageShape(channels, raster.getHeight(), raster.getWidth());
    byte[] values = new byte[shape.dimensions()];
    int[] row = new int[raster.getWidth() * bands];
    int[] bits = raster.getSampleModel().getSampleSize(); // green may have more, as in 5-6-5
    int i = 0;
    for (int y = 0; y < shape.height(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, shape.width(), 1, row);
      for (int x = 0; x < row.length; x += bands) {
        int alpha = transparent ? eightBits(row[x + bands - 1], bits[bands - 1]) : 255;
        for (int channel = 0; channel < channels; channel++) {
          int band = bands <= 2 ? 0 : channel;
          int sample = eightBits(row[x + band], bits[band]);
          values[i++] = over(sample, alpha, Channels.of(background, channel, channels));
        }
      }
    }
    return new Pixels(shape, values);
  }

  /** Pictures of 1, 2 and 4 bits come with a palette too, be they grey. */
  private static Pixels ofPalette(Raster raster, IndexColorModel palette, int background) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    boolean grey = true;
    for (int i = 0; i < colours.length; i++) {
      colours[i] = over(colours[i], background);
      grey &= isGrey(colours[i]);
    }
    int channels = grey ? 1 : 3;
    ImageShape shape = new ImageShape(channels, raster.getHeight(), raster.getWidth());
    byte[] values = new byte[shape.dimensions()];
    int[] row = new int[raster.getWidth()];
    int i = 0;
    for (int y = 0; y < shape.height(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, shape.width(), 1, row);
      for (int index : row) {
        for (int channel = 0; channel < channels; channel++) {
          values[i++] = (byte) (colours[index] >> (16 - 8 * channel));
        }
      }
    }
    return new Pixels(shape, values);
  }

  private static int eightBits(int sample, int bits) {
    int most = (1 << bits) - 1;
    return bits >= 8 ? sample >> (bits - 8) : (sample * 255 + most / 2) / most;
  }

  private static byte over(int sample, int alpha, byte background) {
    return (byte) ((sample * alpha + (background & 0xFF) * (255 - alpha) + 127) / 255);
  }

  /** A colour 0xAARRGGBB over another, 0xRRGGBB. */
  private static int over(int argb, int background) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      byte sample = over(argb >> shift & 0xFF, argb >>> 24, (byte) (background >> shift));
      rgb |= (sample & 0xFF) << shift;
    }
    return rgb;
  }

  private static boolean isGrey(int rgb) {
    int blue = rgb & 0xFF;
    return (rgb >> 8 & 0xFF) == blue && (rgb >> 16 & 0xFF) == blue;
  }
}
