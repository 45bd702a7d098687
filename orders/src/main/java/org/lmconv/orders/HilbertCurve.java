package org.lmconv.orders;

import java.util.stream.IntStream;

/**
 * The Hilbert curve on a square whose side is a power of two, from the top left to the top right
 * pixel.
 *
 * <p>The curve visits the quadrants top left, bottom left, bottom right, top right. Each holds the
 * half-sized curve: transposed in the first, mirrored on the other diagonal in the last, so that
 * the ends meet.
 */
final class HilbertCurve {
  private HilbertCurve() {}

  /**
   * The curve: [steps] -> pixel.
   *
   * @throws IllegalArgumentException if the grid is not a square with a power of two as side
   */
  static int[] pixels(Grid grid) {
    if (!grid.isSquare() || Integer.bitCount(grid.height()) != 1) {
      throw new IllegalArgumentException(
          "order hilbert needs a square grid whose side is a power of two, got "
              + grid
              + "; use gilbert, which fits any rectangle");
    }
    return IntStream.range(0, grid.pixels()).map(step -> pixel(grid, step)).toArray();
  }

  /** Each base-4 digit of the step is a quadrant; the lowest digit is the smallest square. */
  private static int pixel(Grid grid, int step) {
    int row = 0;
    int col = 0;
    int digits = step;
    for (int half = 1; half < grid.height(); half *= 2) {
      int r = row;
      int c = col;
      switch (digits % 4) {
        case 0 -> {
          row = c;
          col = r;
        }
        case 1 -> row = r + half;
        case 2 -> {
          row = r + half;
          col = c + half;
        }
        default -> {
          row = half - 1 - c;
          col = 2 * half - 1 - r;
        }
      }
      digits /= 4;
    }
    return grid.pixel(row, col);
  }
}
