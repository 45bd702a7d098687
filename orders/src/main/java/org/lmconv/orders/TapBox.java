package org.lmconv.orders;

import java.util.BitSet;

/**
 * A rectangle of taps of a kernel.
 *
 * @param firstRow of the kernel, from 0
 * @param firstCol of the kernel, from 0
 * @param rows at least 1
 * @param cols at least 1
 */
public record TapBox(int firstRow, int firstCol, int rows, int cols) {

  /** The smallest rectangle around these taps; the centre alone if there are none. */
  public static TapBox around(BitSet taps, KernelShape kernel) {
    if (taps.isEmpty()) {
      return new TapBox(kernel.size() / 2, kernel.size() / 2, 1, 1);
    }
    int size = kernel.size();
    int firstRow = taps.stream().map(tap -> tap / size).min().getAsInt();
    int lastRow = taps.stream().map(tap -> tap / size).max().getAsInt();
    int firstCol = taps.stream().map(tap -> tap % size).min().getAsInt();
    int lastCol = taps.stream().map(tap -> tap % size).max().getAsInt();
    return new TapBox(firstRow, firstCol, lastRow - firstRow + 1, lastCol - firstCol + 1);
  }

  /** Number of taps in the rectangle. */
  public int cells() {
    return rows * cols;
  }
}
