package org.lmconv.jobs.conf;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import org.lmconv.orders.Grid;
import org.lmconv.orders.Region;

/** A region painted white in a picture. */
final class MaskPicture {
  private static final int WHITE = 128;

  private MaskPicture() {}

  /**
   * The pixels whose grey value is 128 and above.
   *
   * @param name of the region, and for messages
   * @throws IllegalArgumentException if the picture is no PNG, not of the grid's size, or has no
   *     white pixel
   * @throws IOException if it cannot be read
   */
  static Region white(String name, InputStream png, Grid grid) throws IOException {
    BufferedImage mask = picture(name, png);
    if (mask.getHeight() != grid.height() || mask.getWidth() != grid.width()) {
      throw new IllegalArgumentException(
          "mask %s is %dx%d, but the images are %s; draw it in their size"
              .formatted(name, mask.getHeight(), mask.getWidth(), grid));
    }
    BitSet pixels = new BitSet(grid.pixels());
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      pixels.set(pixel, grey(mask, grid.col(pixel), grid.row(pixel)) >= WHITE);
    }
    if (pixels.isEmpty()) {
      throw new IllegalArgumentException(
          "mask %s has no white pixel; paint the region white".formatted(name));
    }
    return Region.of(name, grid, pixels);
  }

  private static BufferedImage picture(String name, InputStream png) throws IOException {
    BufferedImage mask;
    try {
      mask = ImageIO.read(png);
    } catch (IIOException e) {
      throw notPng(name, e);
    }
    if (mask == null) {
      throw notPng(name, null);
    }
    return mask;
  }

  private static IllegalArgumentException notPng(String name, IOException cause) {
    return new IllegalArgumentException(
        "mask %s cannot be read as PNG; save it as one".formatted(name), cause);
  }

  /** 0 to 255. */
  private static int grey(BufferedImage mask, int x, int y) {
    // getRGB would make stored grey values brighter: it takes them for linear.
    if (mask.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
      int bits = mask.getSampleModel().getSampleSize(0);
      return bits > Byte.SIZE
          ? mask.getRaster().getSample(x, y, 0) >> bits - Byte.SIZE
          : mask.getRaster().getSample(x, y, 0);
    }
    int rgb = mask.getRGB(x, y);
    return ((rgb >> 16 & 0xFF) + (rgb >> 8 & 0xFF) + (rgb & 0xFF)) / 3;
  }
}
