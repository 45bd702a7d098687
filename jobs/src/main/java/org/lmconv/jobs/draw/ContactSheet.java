package org.lmconv.jobs.draw;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Region;

/**
 * Images beside each other in one picture. Small images are enlarged by a whole number, so that
 * every pixel stays a square.
 */
public final class ContactSheet {
  /** Pixels of the picture that an image should have in width. */
  private static final int TARGET = 84;

  private static final int GAP = 4;
  private static final int WHITE = 0xFFFFFF;

  /** A hole is a chequerboard of two blues, which no grey image has. */
  private static final int[] HOLE = {0x5B8DB8, 0x86B0D2};

  private record Cell(int column, int row, byte[] pixels, Region hole) {}

  private final ImageShape shape;
  private final int scale;
  private final int gap;
  private final List<Cell> cells = new ArrayList<>();

  private ContactSheet(ImageShape shape, int scale, int gap) {
    this.shape = shape;
    this.scale = scale;
    this.gap = gap;
  }

  /** Of enlarged images with gaps between. */
  static ContactSheet of(ImageShape shape) {
    return new ContactSheet(shape, Math.max(1, TARGET / shape.width()), GAP);
  }

  /** Of a single image as it is. */
  public static ContactSheet ofOne(ImageShape shape) {
    return new ContactSheet(shape, 1, 0);
  }

  /**
   * Adds an image.
   *
   * @param column from 0
   * @param row from 0
   * @param pixels uint8, row-major [H, W, C]
   * @param hole that is not shown; null is none
   */
  public void add(int column, int row, byte[] pixels, Region hole) {
    cells.add(new Cell(column, row, pixels, hole));
  }

  /** Writes the picture as PNG. */
  public void write(OutputStream out) throws IOException {
    if (!ImageIO.write(picture(), "png", out)) {
      throw new IOException("this Java has no writer for PNG");
    }
  }

  BufferedImage picture() {
    int columns = Collections.max(cells.stream().map(Cell::column).toList()) + 1;
    int rows = Collections.max(cells.stream().map(Cell::row).toList()) + 1;
    int width = gap + columns * (shape.width() * scale + gap);
    int height = gap + rows * (shape.height() * scale + gap);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, WHITE);
      }
    }
    cells.forEach(cell -> paint(cell, picture));
    return picture;
  }

  private void paint(Cell cell, BufferedImage picture) {
    int left = gap + cell.column() * (shape.width() * scale + gap);
    int top = gap + cell.row() * (shape.height() * scale + gap);
    for (int y = 0; y < shape.height() * scale; y++) {
      for (int x = 0; x < shape.width() * scale; x++) {
        picture.setRGB(left + x, top + y, colour(cell, y / scale, x / scale));
      }
    }
  }

  private int colour(Cell cell, int row, int col) {
    int pixel = row * shape.width() + col;
    if (cell.hole() != null && cell.hole().contains(pixel)) {
      return HOLE[(row + col) % 2];
    }
    int rgb = 0;
    for (int channel = 0; channel < 3; channel++) {
      int from = Math.min(channel, shape.channels() - 1); // grey is the same three times
      rgb = rgb << Byte.SIZE | cell.pixels()[pixel * shape.channels() + from] & 0xFF;
    }
    return rgb;
  }
}
