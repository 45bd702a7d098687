package org.lmconv.orders.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.BitSet;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * Pictures of orders, regions and masks. Early steps are dark, late ones bright; live taps are
 * blue, masked ones grey, the pixel that is computed orange.
 */
public final class OrderPictures {
  private static final float[] DASHES = {2, 3};

  private OrderPictures() {}

  /** The walk of an order below its name. */
  public static Picture path(PixelOrder order) {
    return path(order, Region.none(order.grid()));
  }

  /** The same over a tinted region. */
  public static Picture path(PixelOrder order, Region tinted) {
    return walk(order, tinted).titled(order.name());
  }

  /**
   * The walk of an order over a tinted region, without a name; steps to a pixel that is no
   * neighbour are thin and dashed.
   */
  public static Picture walk(PixelOrder order, Region tinted) {
    Grid grid = order.grid();
    int side = Canvas.sideFor(grid);
    Canvas canvas = new Canvas(grid, side);
    tint(canvas, tinted);
    canvas.lattice(Palette.LINE);
    for (int step = 1; step < order.size(); step++) {
      int from = order.pixelAt(step - 1);
      int to = order.pixelAt(step);
      Color colour = Palette.scale((double) step / order.size());
      canvas.line(from, to, colour, stroke(adjacent(grid, from, to), side));
    }
    canvas.dot(order.pixelAt(0), side * 0.25, Palette.scale(0));
    return canvas.done("the walk of the order over a %s grid".formatted(grid));
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
    Grid grid = region.grid();
    Canvas canvas = new Canvas(grid, Canvas.sideFor(grid));
    tint(canvas, region);
    canvas.lattice(Palette.LINE);
    return canvas
        .done("%d of %d pixels".formatted(region.size(), grid.pixels()))
        .titled(region.name());
  }

  private static void tint(Canvas canvas, Region region) {
    for (int pixel = 0; pixel < region.grid().pixels(); pixel++) {
      canvas.fill(pixel, region.contains(pixel) ? Palette.HOLE : Color.WHITE);
    }
  }

  /** The kernel's window at one pixel. Pale blue pixels are visited earlier. */
  public static Picture window(KernelMask mask, PixelOrder order, int pixel) {
    Grid grid = mask.grid();
    Canvas canvas = new Canvas(grid, Canvas.sideFor(grid));
    for (int other = 0; other < grid.pixels(); other++) {
      canvas.fill(other, order.precedes(other, pixel) ? Palette.EARLIER : Color.WHITE);
    }
    for (int tap = 0; tap < mask.kernel().taps(); tap++) {
      int read = mask.neighbour(tap, pixel);
      if (read >= 0 && read != pixel) {
        boolean live = mask.live(tap, pixel);
        canvas.fill(read, live ? Palette.LIVE : Palette.DEAD);
        canvas.write(read, live ? "1" : "0", live ? Color.WHITE : Palette.INK);
      }
    }
    canvas.fill(pixel, Palette.CENTRE);
    canvas.write(pixel, mask.live(mask.kernel().centre(), pixel) ? "1" : "0", Color.WHITE);
    canvas.lattice(Palette.LINE);
    return canvas
        .done("%d of %d taps live".formatted(mask.tapCount(pixel), mask.kernel().taps()))
        .titled("%s, step %d".formatted(order.name(), order.stepOf(pixel)));
  }

  /**
   * The masks of many pixels: in each pixel its own small kernel, blue where live.
   *
   * @param most rows and columns of pixels that are drawn, in the middle of the grid
   */
  public static Picture patterns(KernelMask mask, int most) {
    Grid grid = mask.grid();
    Grid block = new Grid(Math.min(most, grid.height()), Math.min(most, grid.width()));
    int top = (grid.height() - block.height()) / 2;
    int left = (grid.width() - block.width()) / 2;
    Canvas canvas = new Canvas(block, Math.max(26, 192 / Math.max(block.height(), block.width())));
    int size = mask.kernel().size();
    double cell = 0.86 / size; // of the pixel's side; the rest is margin
    for (int place = 0; place < block.pixels(); place++) {
      int pixel = grid.pixel(top + block.row(place), left + block.col(place));
      for (int tap = 0; tap < mask.kernel().taps(); tap++) {
        Color colour = mask.live(tap, pixel) ? Palette.LIVE : Palette.DEAD;
        canvas.fill(place, 0.07 + tap % size * cell, 0.07 + tap / size * cell, cell, colour);
      }
    }
    canvas.lattice(Color.WHITE);
    return canvas.done("which taps are live at each pixel of a %s grid".formatted(block));
  }

  /** The pixels that one pixel sees, in strong blue, and the others visited earlier, in pale. */
  public static Picture seen(Grid grid, BitSet seen, BitSet earlier, int pixel) {
    Canvas canvas = new Canvas(grid, Canvas.sideFor(grid));
    for (int other = 0; other < grid.pixels(); other++) {
      Color rest = earlier.get(other) ? Palette.EARLIER : Color.WHITE;
      canvas.fill(other, seen.get(other) ? Palette.LIVE : rest);
    }
    canvas.fill(pixel, Palette.CENTRE);
    canvas.lattice(Palette.LINE);
    return canvas.done("%d pixels are seen".formatted(seen.cardinality()));
  }
}
