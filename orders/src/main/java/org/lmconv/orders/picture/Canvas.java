package org.lmconv.orders.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import org.lmconv.orders.Grid;

/** A grid that is being drawn, a square of {@code side} screen pixels per pixel of the grid. */
final class Canvas {
  static final FontRenderContext FONT_CONTEXT = new FontRenderContext(null, true, false);

  private final Grid grid;
  private final int side;
  private final Picture picture;
  private final Graphics2D graphics;

  Canvas(Grid grid, int side) {
    this.grid = grid;
    this.side = side;
    this.picture = Picture.blank(grid.width() * side + 2, grid.height() * side + 2, "");
    this.graphics = Picture.graphics(picture.image());
    graphics.translate(1, 1); // room for the outermost line
  }

  /** A side that makes small grids large and large grids fit beside others. */
  static int sideFor(Grid grid) {
    return Math.max(7, Math.min(24, 190 / Math.max(grid.height(), grid.width())));
  }

  void fill(int pixel, Color colour) {
    fill(pixel, 0, 0, 1, colour);
  }

  /** Fills a square inside a pixel; places and sizes are shares of the pixel's side. */
  void fill(int pixel, double right, double down, double size, Color colour) {
    graphics.setColor(colour);
    graphics.fill(
        new Rectangle2D.Double(
            (grid.col(pixel) + right) * side,
            (grid.row(pixel) + down) * side,
            size * side,
            size * side));
  }

  void lattice(Color colour) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke(1));
    for (int row = 0; row <= grid.height(); row++) {
      graphics.drawLine(0, row * side, grid.width() * side, row * side);
    }
    for (int col = 0; col <= grid.width(); col++) {
      graphics.drawLine(col * side, 0, col * side, grid.height() * side);
    }
  }

  void line(int from, int to, Color colour, BasicStroke stroke) {
    graphics.setColor(colour);
    graphics.setStroke(stroke);
    graphics.draw(new Line2D.Double(x(from), y(from), x(to), y(to)));
  }

  void dot(int pixel, double radius, Color colour) {
    graphics.setColor(colour);
    graphics.fill(
        new Ellipse2D.Double(x(pixel) - radius, y(pixel) - radius, 2 * radius, 2 * radius));
  }

  void write(int pixel, String text, Color colour) {
    Font font = Picture.FONT.deriveFont(Math.min(12f, side * 0.5f));
    Rectangle2D box = font.getStringBounds(text, FONT_CONTEXT);
    graphics.setFont(font);
    graphics.setColor(colour);
    graphics.drawString(
        text,
        (float) (x(pixel) - box.getWidth() / 2),
        (float) (y(pixel) - box.getHeight() / 2 - box.getY()));
  }

  private double x(int pixel) {
    return (grid.col(pixel) + 0.5) * side;
  }

  private double y(int pixel) {
    return (grid.row(pixel) + 0.5) * side;
  }

  Picture done(String text) {
    graphics.dispose();
    return picture.saying(text);
  }
}
