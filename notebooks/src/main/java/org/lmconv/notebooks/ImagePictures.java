package org.lmconv.notebooks;

import java.awt.Color;
import org.lmconv.orders.Grid;
import org.lmconv.orders.Region;

/** Pictures of images: uint8, row-major [H, W, C], of one channel (grey) or three (RGB). */
public final class ImagePictures {
  private static final int SIDE = 2; // screen pixels per pixel of the image

  private ImagePictures() {}

  /**
   * The image of a row's columns {@code height}, {@code width}, {@code channels}, {@code pixels}.
   */
  public static Picture image(Row row) {
    return image(row, Region.none(grid(row)));
  }

  /** The image of a row with the pixels of a hole left out. */
  public static Picture image(Row row, Region hole) {
    Grid grid = grid(row);
    return image(row.bytes("pixels"), grid, row.integer("channels"), hole);
  }

  /** Height and width of a row's image. */
  public static Grid grid(Row row) {
    return new Grid(row.integer("height"), row.integer("width"));
  }

  /**
   * An image with the pixels of a hole left out.
   *
   * @param pixels [height * width * channels], 0..255
   */
  static Picture image(byte[] pixels, Grid grid, int channels, Region hole) {
    if (channels != 1 && channels != 3 || pixels.length != grid.pixels() * channels) {
      throw new IllegalArgumentException(
          "%d bytes are no %s image of %d channels".formatted(pixels.length, grid, channels));
    }
    Canvas canvas = new Canvas(grid, Math.max(1, Math.min(SIDE, 96 / grid.width())));
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      canvas.fill(
          pixel, hole.contains(pixel) ? Palette.HOLE : colour(pixels, pixel * channels, channels));
    }
    return canvas.done(hole.size() == 0 ? "an image" : "an image without its " + hole.name());
  }

  private static Color colour(byte[] pixels, int at, int channels) {
    int red = pixels[at] & 0xFF;
    return channels == 1
        ? new Color(red, red, red)
        : new Color(red, pixels[at + 1] & 0xFF, pixels[at + 2] & 0xFF);
  }
}
