package org.lmconv.orders;

import java.util.StringJoiner;
import java.util.function.IntPredicate;

/** Orders, regions and masks as text that a reader can check by eye. */
final class Pictures {
  private Pictures() {}

  /** The step of every pixel. */
  static String of(PixelOrder order) {
    Grid grid = order.grid();
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    for (int row = 0; row < grid.height(); row++) {
      StringJoiner line = new StringJoiner(" ");
      for (int col = 0; col < grid.width(); col++) {
        line.add("%2d".formatted(order.stepOf(grid.pixel(row, col))));
      }
      lines.add(line.toString());
    }
    return lines.toString();
  }

  /** '#' for the pixels of the region, '.' for the others. */
  static String of(Region region) {
    Grid grid = region.grid();
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    for (int row = 0; row < grid.height(); row++) {
      lines.add(marks(row * grid.width(), grid.width(), region::contains));
    }
    return lines.toString();
  }

  /** For every pixel, at its place, the kernel: '#' for live taps, '.' for the others. */
  static String of(KernelMask mask) {
    Grid grid = mask.grid();
    int size = mask.kernel().size();
    StringJoiner pixelRows = new StringJoiner("\n\n", "", "\n");
    for (int row = 0; row < grid.height(); row++) {
      StringJoiner lines = new StringJoiner("\n");
      for (int tapRow = 0; tapRow < size; tapRow++) {
        StringJoiner line = new StringJoiner("  ");
        for (int col = 0; col < grid.width(); col++) {
          int pixel = grid.pixel(row, col);
          line.add(marks(tapRow * size, size, tap -> mask.live(tap, pixel)));
        }
        lines.add(line.toString());
      }
      pixelRows.add(lines.toString());
    }
    return pixelRows.toString();
  }

  private static String marks(int from, int count, IntPredicate marked) {
    StringBuilder marks = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      marks.append(marked.test(i) ? '#' : '.');
    }
    return marks.toString();
  }
}
