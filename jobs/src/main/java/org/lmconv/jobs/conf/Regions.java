package org.lmconv.jobs.conf;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import org.lmconv.orders.Grid;
import org.lmconv.orders.Region;

/** Regions as users write them: {@link Region#parse} has the forms, and a PNG file is a mask. */
public final class Regions {
  /** The name of the region of all pixels. */
  public static final String ALL = "all";

  private static final int WHITE = 128;

  private Regions() {}

  /** All pixels of a grid. */
  public static Region all(Grid grid) {
    return Region.parse(ALL, grid);
  }

  /**
   * The region that is the value of a key.
   *
   * @param key for messages
   * @throws org.lmconv.jobs.base.UserError if it is none, does not fit the grid, or its file cannot
   *     be read
   */
  public static Region on(String key, String text, Grid grid) {
    return Bounds.told(key, text, () -> parse(text, grid));
  }

  /** Whether a text names a folder with a mask for each image: it ends with a slash. */
  public static boolean isFolder(String text) {
    return text.endsWith("/");
  }

  private static boolean isMask(String text) {
    return text.toLowerCase(Locale.ROOT).endsWith(".png");
  }

  /** Whether a text means a region on every grid, so that it can be checked before one is known. */
  static boolean fitsEveryGrid(String text) {
    return !isMask(text) && !isFolder(text) && !Region.isBox(text);
  }

  /** Checks the spelling of what fits every grid. */
  static void requireSpelling(String text) {
    if (fitsEveryGrid(text)) {
      Region.parse(text, Orders.ANY_GRID);
    }
  }

  /** Checks that a file is there that a text may name. */
  static void requireFile(String text) {
    if (isMask(text) && !Files.isReadable(Path.of(text))) {
      throw new IllegalArgumentException("there is no readable file " + text);
    }
  }

  /**
   * The region that a text says; that of a file has its name.
   *
   * @throws IllegalArgumentException if it is none, does not fit the grid, or the file cannot be
   *     read
   */
  static Region parse(String text, Grid grid) {
    if (isFolder(text)) {
      throw new IllegalArgumentException(
          "this is a folder of masks, one per image, which complete reads; name one PNG file here");
    }
    if (!isMask(text)) {
      return Region.parse(text, grid);
    }
    requireFile(text);
    Path file = Path.of(text);
    try (InputStream png = Files.newInputStream(file)) {
      return ofMask(file.getFileName().toString(), png, grid);
    } catch (IOException e) {
      throw new IllegalArgumentException("file %s cannot be read".formatted(file), e);
    }
  }

  /**
   * The white pixels of a PNG picture: those whose grey value is 128 and above.
   *
   * @param name of the region, and for messages
   * @throws IllegalArgumentException if it is no PNG, not of the grid's size, or has no white pixel
   * @throws IOException if it cannot be read
   */
  public static Region ofMask(String name, InputStream png, Grid grid) throws IOException {
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
    IIOException cause = null;
    try {
      BufferedImage mask = ImageIO.read(png);
      if (mask != null) {
        return mask;
      }
    } catch (IIOException e) {
      cause = e;
    }
    throw new IllegalArgumentException(
        "mask %s cannot be read as PNG; save it as one".formatted(name), cause);
  }

  /** 0 to 255. */
  private static int grey(BufferedImage mask, int x, int y) {
    // getRGB would make stored grey values brighter: it takes them for linear.
    if (mask.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
      int bits = mask.getSampleModel().getSampleSize(0);
      return mask.getRaster().getSample(x, y, 0) >> Math.max(0, bits - Byte.SIZE);
    }
    int rgb = mask.getRGB(x, y);
    return ((rgb >> 16 & 0xFF) + (rgb >> 8 & 0xFF) + (rgb & 0xFF)) / 3;
  }
}
