package org.lmconv.notebooks;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * A picture and what it shows in words.
 *
 * @param image RGB, on white
 * @param text for readers who do not see it
 */
public record Picture(BufferedImage image, String text) implements Shown {
  private static final int GAP = 12; // pixels of the screen between pictures
  private static final int TITLE = 22; // height of a line of title
  static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  /** Pictures in rows of {@code columns}, from the top left, each in the middle of its place. */
  public static Picture grid(int columns, List<Picture> pictures) {
    if (pictures.isEmpty()) {
      return blank(1, 1, "no pictures").titled("no pictures");
    }
    int width = pictures.stream().mapToInt(each -> each.image.getWidth()).max().getAsInt();
    int height = pictures.stream().mapToInt(each -> each.image.getHeight()).max().getAsInt();
    int across = Math.min(columns, pictures.size());
    int down = (pictures.size() + columns - 1) / columns;
    String text = pictures.stream().map(Picture::text).distinct().collect(Collectors.joining("; "));
    Picture all = blank(across * (width + GAP) - GAP, down * (height + GAP) - GAP, text);
    Graphics2D graphics = all.image.createGraphics();
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage image = pictures.get(i).image;
      int x = i % columns * (width + GAP) + (width - image.getWidth()) / 2;
      graphics.drawImage(image, x, i / columns * (height + GAP), null);
    }
    graphics.dispose();
    return all;
  }

  /** Pictures side by side. */
  public static Picture row(Picture... pictures) {
    return grid(pictures.length, List.of(pictures));
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

  @Override
  public Map<String, String> rich() {
    try (ByteArrayOutputStream png = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", png);
      return Map.of("image/png", Base64.getEncoder().encodeToString(png.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }
}
