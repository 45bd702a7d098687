package org.lmconv.orders.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.lmconv.orders.Grid;
import org.lmconv.orders.Region;

/**
 * A picture and what it shows in words.
 *
 * @param image RGB, on white
 * @param text for readers who do not see it
 */
public record Picture(BufferedImage image, String text) {
  static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  // Pixels of the screen.
  private static final int GAP = 12; // between pictures
  private static final int TITLE = 22; // height of a line of title
  private static final int SHEET_GAP = 4;
  private static final int SHEET_IMAGE = 84; // what an image should have in width

  /**
   * An image of uint8 pixels, every one of them a square.
   *
   * @param channels 1 is grey; else the first three are red, green and blue
   * @param pixels row-major [H, W, C]
   * @param hole is not shown, but a chequerboard of two blues, which no grey image has
   * @param scale side of a pixel, in pixels of the screen
   * @throws IllegalArgumentException if these are not so many pixels
   */
  public static Picture image(Grid grid, int channels, byte[] pixels, Region hole, int scale) {
    if (channels < 1 || pixels.length != grid.pixels() * channels) {
      throw new IllegalArgumentException(
          "%d bytes are no %s image of %d channels".formatted(pixels.length, grid, channels));
    }
    String text = hole.size() == 0 ? "an image" : "an image without its " + hole.name();
    Picture picture = blank(grid.width() * scale, grid.height() * scale, text);
    for (int y = 0; y < grid.height() * scale; y++) {
      for (int x = 0; x < grid.width() * scale; x++) {
        int pixel = grid.pixel(y / scale, x / scale);
        int shown =
            hole.contains(pixel)
                ? Palette.CHEQUERED[(y / scale + x / scale) % 2]
                : rgb(pixels, pixel * channels, channels);
        picture.image.setRGB(x, y, shown);
      }
    }
    return picture;
  }

  private static int rgb(byte[] pixels, int at, int channels) {
    int rgb = 0;
    for (int channel = 0; channel < 3; channel++) {
      int from = at + Math.min(channel, channels - 1); // grey is the same three times
      rgb = rgb << Byte.SIZE | pixels[from] & 0xFF;
    }
    return rgb;
  }

  /** How often an image is enlarged on a contact sheet: by a whole number. */
  public static int sheetScale(Grid grid) {
    return Math.max(1, SHEET_IMAGE / grid.width());
  }

  /** A contact sheet: images in rows of {@code columns}, close together. */
  public static Picture sheet(int columns, List<Picture> images) {
    return tiled(columns, images, SHEET_GAP, SHEET_GAP);
  }

  /** Pictures in rows of {@code columns}, from the top left, each in the middle of its place. */
  public static Picture grid(int columns, List<Picture> pictures) {
    return pictures.isEmpty()
        ? blank(1, 1, "no pictures").titled("no pictures")
        : tiled(columns, pictures, GAP, 0);
  }

  /** Pictures side by side. */
  public static Picture row(Picture... pictures) {
    return grid(pictures.length, List.of(pictures));
  }

  private static Picture tiled(int columns, List<Picture> pictures, int gap, int margin) {
    int width = pictures.stream().mapToInt(each -> each.image.getWidth()).max().getAsInt() + gap;
    int height = pictures.stream().mapToInt(each -> each.image.getHeight()).max().getAsInt() + gap;
    int across = Math.min(columns, pictures.size());
    int down = (pictures.size() + columns - 1) / columns;
    String text = pictures.stream().map(Picture::text).distinct().collect(Collectors.joining("; "));
    Picture all = blank(across * width - gap + 2 * margin, down * height - gap + 2 * margin, text);
    Graphics2D graphics = all.image.createGraphics();
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage image = pictures.get(i).image;
      int x = margin + i % columns * width + (width - gap - image.getWidth()) / 2;
      graphics.drawImage(image, x, margin + i / columns * height, null);
    }
    graphics.dispose();
    return all;
  }

  /** Nothing but a line of text, to stand beside pictures. */
  public static Picture words(String words) {
    return blank(1, 18, words).titled(words).saying(words);
  }

  /** The picture with a line of text above, and the same words before its own. */
  public Picture titled(String title) {
    int needed = (int) Math.ceil(FONT.getStringBounds(title, Canvas.FONT_CONTEXT).getWidth()) + 2;
    int width = Math.max(image.getWidth(), needed);
    Picture titled = blank(width, image.getHeight() + TITLE, title + ": " + text);
    Graphics2D graphics = graphics(titled.image);
    graphics.setColor(Color.BLACK);
    graphics.drawString(title, (width - needed) / 2 + 1, TITLE - 7);
    graphics.drawImage(image, (width - image.getWidth()) / 2, TITLE, null);
    graphics.dispose();
    return titled;
  }

  /** The same picture with other words. */
  public Picture saying(String words) {
    return new Picture(image, words);
  }

  /** The picture as a file. */
  public byte[] png() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", png)) {
        throw new IllegalStateException("this Java has no writer for PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return png.toByteArray();
  }

  static Picture blank(int width, int height, String text) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return new Picture(image, text);
  }

  static Graphics2D graphics(BufferedImage image) {
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(FONT);
    return graphics;
  }
}
