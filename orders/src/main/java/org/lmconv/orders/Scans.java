package org.lmconv.orders;

import java.util.stream.IntStream;

/** Orders that go through the rows from top to bottom. */
final class Scans {
  private Scans() {}

  /** Every row from left to right: [steps] -> pixel. */
  static int[] raster(Grid grid) {
    return IntStream.range(0, grid.pixels()).toArray();
  }

  /** Rows alternately from left to right and from right to left: [steps] -> pixel. */
  static int[] sCurve(Grid grid) {
    return IntStream.range(0, grid.pixels()).map(step -> sCurvePixel(grid, step)).toArray();
  }

  private static int sCurvePixel(Grid grid, int step) {
    int row = grid.row(step);
    int along = grid.col(step);
    return grid.pixel(row, row % 2 == 0 ? along : grid.width() - 1 - along);
  }
}
