package org.lmconv.jobs.conf;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.lmconv.jobs.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.Region;

/** Regions as users write them: {@link Region#parse} has the forms, and a PNG file is a mask. */
public final class Regions {
  /** The name of the region of all pixels. */
  public static final String ALL = "all";

  private static final Pattern MASK = Pattern.compile("(?i).*\\.png");
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
   * @throws UserError if it is none, does not fit the grid, or its file cannot be read
   */
  public static Region on(String key, String text, Grid grid) {
    return told(key, text, () -> parse(text, grid));
  }

  /**
   * Checks the spelling of the value of a key, as far as it can be without a grid.
   *
   * @throws UserError if it is misspelt
   */
  static void requireSpelling(String key, String text) {
    told(key, text, () -> requireSpelling(text));
  }

  /**
   * Checks that the file is there that the value of a key may name.
   *
   * @throws UserError if it is not
   */
  static void requireFile(String key, String text) {
    told(key, text, () -> requireFile(text));
  }

  private static <T> T told(String key, String text, Supplier<T> body) {
    try {
      return body.get();
    } catch (IllegalArgumentException e) {
      throw new UserError(key + "=" + text + ": " + e.getMessage(), e);
    }
  }

  /**
   * The region that a text says, or that is white (grey value 128 and above) in a PNG file; it then
   * has the name of the file.
   *
   * @throws IllegalArgumentException if it is none, does not fit the grid, or the file cannot be
   *     read
   */
  static Region parse(String text, Grid grid) {
    return isMask(text) ? white(Path.of(text), grid) : Region.parse(text, grid);
  }

  /** Whether a text names a file with a mask. */
  static boolean isMask(String text) {
    return MASK.matcher(text).matches();
  }

  /** Whether a text means a region on every grid, so that it can be checked before one is known. */
  static boolean fitsEveryGrid(String text) {
    return !isMask(text) && !Region.isBox(text);
  }

  /**
   * Checks the spelling of what {@link #fitsEveryGrid}.
   *
   * @return the text
   * @throws IllegalArgumentException if a text is misspelt
   */
  static String requireSpelling(String text) {
    if (fitsEveryGrid(text)) {
      Region.parse(text, OrderText.ANY_GRID);
    }
    return text;
  }

  /**
   * Checks that a file is there.
   *
   * @return the text
   * @throws IllegalArgumentException if a text names a file that is not
   */
  static String requireFile(String text) {
    if (isMask(text) && !Files.isReadable(Path.of(text))) {
      throw new IllegalArgumentException("there is no readable file " + text);
    }
    return text;
  }

  private static Region white(Path file, Grid grid) {
    BufferedImage mask = read(file);
    if (mask.getHeight() != grid.height() || mask.getWidth() != grid.width()) {
      throw new IllegalArgumentException(
          "mask %s is %dx%d, but the images are %s; draw it in their size"
              .formatted(file, mask.getHeight(), mask.getWidth(), grid));
    }
    BitSet pixels = new BitSet(grid.pixels());
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      pixels.set(pixel, grey(mask, grid.col(pixel), grid.row(pixel)) >= WHITE);
    }
    if (pixels.isEmpty()) {
      throw new IllegalArgumentException(
          "mask %s has no white pixel; paint the region white".formatted(file));
    }
    return Region.of(file.getFileName().toString(), grid, pixels);
  }

  private static BufferedImage read(Path file) {
    requireFile(file.toString());
    BufferedImage mask;
    try {
      mask = ImageIO.read(new File(file.toString()));
    } catch (IOException e) {
      throw notPng(file, e);
    }
    if (mask == null) {
      throw notPng(file, null);
    }
    return mask;
  }

  private static IllegalArgumentException notPng(Path file, IOException cause) {
    return new IllegalArgumentException(
        "mask %s cannot be read as PNG; save it as one".formatted(file), cause);
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
