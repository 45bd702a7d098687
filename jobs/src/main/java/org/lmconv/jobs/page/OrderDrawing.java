package org.lmconv.jobs.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * An order as a curve through the pixels, and what it lets a kernel read. Lengths are pixels of the
 * image in the curve, and taps in the masks.
 *
 * @param name of the order
 * @param height of the image
 * @param width of the image
 * @param stretches of the curve, first to last, each to be drawn in a colour of its own
 * @param start where the first pixel is
 * @param end where the last pixel is
 * @param masks of some pixels in the middle of the image, as they lie there
 * @param maskHeight of all masks, gaps included
 * @param maskWidth of all masks, gaps included
 * @param text what is drawn, for those who do not see it
 */
record OrderDrawing(
    String name,
    int height,
    int width,
    List<Stretch> stretches,
    Place start,
    Place end,
    List<Tap> masks,
    int maskHeight,
    int maskWidth,
    String text) {
  private static final int STRETCHES = 24;
  private static final int BLOCK = 4; // pixels in a row and column whose masks are drawn
  private static final int GAP = 1;

  /** More pixels than a curve on a screen has room for. */
  static final int MOST_PIXELS = 128 * 128;

  /**
   * A part of the curve.
   *
   * @param path as SVG writes it
   * @param hue degrees
   */
  record Stretch(String path, int hue) {}

  /** The middle of a pixel. */
  record Place(double x, double y) {}

  /**
   * A tap of a mask.
   *
   * @param kind live, dead or centre
   */
  record Tap(int x, int y, String kind) {}

  static OrderDrawing of(PixelOrder order, int kernel) {
    Grid grid = order.grid();
    int rows = Math.min(BLOCK, grid.height());
    int cols = Math.min(BLOCK, grid.width());
    int first = order.pixelAt(0);
    int last = order.pixelAt(order.size() - 1);
    return new OrderDrawing(
        order.name(),
        grid.height(),
        grid.width(),
        stretches(order),
        middle(grid, first),
        middle(grid, last),
        masks(order, kernel, rows, cols),
        rows * (kernel + GAP) - GAP,
        cols * (kernel + GAP) - GAP,
        "%s, from %s to %s".formatted(order.name(), place(grid, first), place(grid, last)));
  }

  private static String place(Grid grid, int pixel) {
    return "row %d, column %d".formatted(grid.row(pixel), grid.col(pixel));
  }

  private static Place middle(Grid grid, int pixel) {
    return new Place(grid.col(pixel) + .5, grid.row(pixel) + .5);
  }

  private static List<Stretch> stretches(PixelOrder order) {
    List<Stretch> stretches = new ArrayList<>();
    int moves = order.size() - 1;
    for (int stretch = 0; stretch < STRETCHES; stretch++) {
      int from = (int) ((long) moves * stretch / STRETCHES);
      int to = (int) ((long) moves * (stretch + 1) / STRETCHES);
      if (to > from) {
        // From blue by violet and red to orange.
        stretches.add(new Stretch(path(order, from, to), 210 + 180 * stretch / STRETCHES));
      }
    }
    return stretches;
  }

  private static String path(PixelOrder order, int from, int to) {
    StringJoiner path = new StringJoiner("L", "M", "");
    for (int step = from; step <= to; step++) {
      Place place = middle(order.grid(), order.pixelAt(step));
      path.add(String.format(Locale.ROOT, "%.1f %.1f", place.x(), place.y()));
    }
    return path.toString();
  }

  /** The mask of the first layer, which does not read the pixel itself. */
  private static List<Tap> masks(PixelOrder order, int kernel, int rows, int cols) {
    Grid grid = order.grid();
    KernelShape shape = new KernelShape(kernel, 1);
    KernelMask mask = KernelMask.of(order, shape, Centre.HIDDEN, Region.none(grid));
    int top = (grid.height() - rows) / 2;
    int left = (grid.width() - cols) / 2;
    List<Tap> taps = new ArrayList<>();
    for (int pixel = 0; pixel < rows * cols; pixel++) {
      int row = pixel / cols;
      int col = pixel % cols;
      int seer = grid.pixel(top + row, left + col);
      for (int tap = 0; tap < shape.taps(); tap++) {
        taps.add(
            new Tap(
                col * (kernel + GAP) + tap % kernel,
                row * (kernel + GAP) + tap / kernel,
                tap == shape.centre() ? "centre" : mask.live(tap, seer) ? "live" : "dead"));
      }
    }
    return taps;
  }
}
