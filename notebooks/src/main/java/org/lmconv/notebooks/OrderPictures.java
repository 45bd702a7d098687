package org.lmconv.notebooks;

import java.awt.BasicStroke;
import java.awt.Color;
import org.lmconv.orders.Grid;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/** Pictures of orders and regions. Early steps are dark, late ones bright. */
public final class OrderPictures {
  private static final float[] DASHES = {2, 3};

  private OrderPictures() {}

  /** The walk of an order; steps to a pixel that is no neighbour are thin and dashed. */
  public static Picture path(PixelOrder order) {
    return path(order, Region.none(order.grid()));
  }

  /** The walk of an order over a tinted region. */
  public static Picture path(PixelOrder order, Region tinted) {
    Grid grid = order.grid();
    int side = Canvas.sideFor(grid);
    Canvas canvas = new Canvas(grid, side);
    tint(canvas, grid, tinted);
    canvas.lattice(Palette.LINE);
    for (int step = 1; step < order.size(); step++) {
      int from = order.pixelAt(step - 1);
      int to = order.pixelAt(step);
      Color colour = Palette.scale((double) step / order.size());
      canvas.line(from, to, colour, stroke(adjacent(grid, from, to), side));
    }
    canvas.dot(order.pixelAt(0), side * 0.25, Palette.scale(0));
    return canvas.done("the walk of the order over a %s grid".formatted(grid)).titled(order.name());
  }

  private static BasicStroke stroke(boolean adjacent, int side) {
    return adjacent
        ? new BasicStroke(Math.max(2, side / 6f), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
        : new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES, 0);
  }

  private static boolean adjacent(Grid grid, int from, int to) {
    return Math.abs(grid.row(from) - grid.row(to)) + Math.abs(grid.col(from) - grid.col(to)) == 1;
  }

  /** The step of each pixel, from 0, written on the colour of its time. */
  public static Picture steps(PixelOrder order) {
    Canvas canvas = new Canvas(order.grid(), 24);
    for (int pixel = 0; pixel < order.size(); pixel++) {
      double share = (double) order.stepOf(pixel) / order.size();
      canvas.fill(pixel, Palette.scale(share));
      canvas.write(pixel, "" + order.stepOf(pixel), share < 0.6 ? Color.WHITE : Color.BLACK);
    }
    return canvas.done("the step at which each pixel is visited").titled(order.name());
  }

  /** The pixels of a region. */
  public static Picture region(Region region) {
    Canvas canvas = new Canvas(region.grid(), Canvas.sideFor(region.grid()));
    tint(canvas, region.grid(), region);
    canvas.lattice(Palette.LINE);
    return canvas
        .done("%d of %d pixels".formatted(region.size(), region.grid().pixels()))
        .titled(region.name());
  }

  private static void tint(Canvas canvas, Grid grid, Region tinted) {
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      canvas.fill(pixel, tinted.contains(pixel) ? Palette.HOLE : Color.WHITE);
    }
  }
}
