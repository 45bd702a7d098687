package org.lmconv.jobs.conf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.lmconv.jobs.base.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.Region;

/** Regions as users write them: {@link Region#parse} has the forms, and a PNG file is a mask. */
public final class Regions {
  /** The name of the region of all pixels. */
  public static final String ALL = "all";

  private static final Pattern MASK = Pattern.compile("(?i).*\\.png");

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
    if (isFolder(text)) {
      throw new IllegalArgumentException(
          "this is a folder of masks, one per image, which complete reads; name one PNG file here");
    }
    return isMask(text) ? white(Path.of(text), grid) : Region.parse(text, grid);
  }

  /** Whether a text names a file with a mask. */
  static boolean isMask(String text) {
    return MASK.matcher(text).matches();
  }

  /** Whether a text names a folder with a mask for each image: it ends with a slash. */
  public static boolean isFolder(String text) {
    return text.endsWith("/");
  }

  /** Whether a text means a region on every grid, so that it can be checked before one is known. */
  static boolean fitsEveryGrid(String text) {
    return !isMask(text) && !isFolder(text) && !Region.isBox(text);
  }

  /**
   * Checks the spelling of what {@link #fitsEveryGrid}.
   *
   * @return the text
   * @throws IllegalArgumentException if a text is misspelt
   */
  static String requireSpelling(String text) {
    if (fitsEveryGrid(text)) {
      Region.parse(text, Orders.ANY_GRID);
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

  /**
   * The white pixels of a PNG picture.
   *
   * @param name of the region, and for messages
   * @throws IllegalArgumentException if it is no PNG, not of the grid's size, or has no white pixel
   * @throws IOException if it cannot be read
   */
  public static Region ofMask(String name, InputStream png, Grid grid) throws IOException {
    return MaskPicture.white(name, png, grid);
  }

  private static Region white(Path file, Grid grid) {
    requireFile(file.toString());
    try (InputStream png = Files.newInputStream(file)) {
      return MaskPicture.white(file.getFileName().toString(), png, grid);
    } catch (IOException e) {
      throw new IllegalArgumentException("file %s cannot be read".formatted(file), e);
    }
  }
}
