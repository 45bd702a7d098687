package org.lmconv.orders;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The cheapest exact way to convolve under a mask, found by looking at the mask once.
 *
 * <p>Outside the image a convolution reads zeros anyway, so a tap that reaches outside may count as
 * live or not, whichever makes the mask more regular. Under a raster order all pixels then see the
 * same taps, and under an S-curve all pixels of every other row (column, when transposed) do.
 */
public sealed interface MaskPlan {

  /**
   * All pixels of a line (a row or a column) see the same taps, and so do all of every {@code
   * phases.size()}-th line: as many plain convolutions as there are phases, each with a stride
   * across the lines.
   *
   * @param rows whether the lines are rows; else columns
   * @param phases live taps of lines 0, 1, ... up to the period
   */
  record Lines(boolean rows, List<BitSet> phases) implements MaskPlan {
    /**
     * Taps computed per pixel: cells of the rectangles around the live ones, mean of the phases.
     */
    int cost(KernelShape kernel) {
      return phases.stream().mapToInt(taps -> TapBox.around(taps, kernel).cells()).sum()
          / phases.size();
    }
  }

  /** No such regularity: each tap that is ever live is masked on its own. */
  record EachTap() implements MaskPlan {}

  /** With more phases than these the convolutions are too small to be fast. */
  int MOST_PHASES = 2;

  /** The plan for a mask. */
  static MaskPlan of(KernelMask mask) {
    List<Lines> candidates = new ArrayList<>();
    for (int period = 1; period <= MOST_PHASES && candidates.isEmpty(); period++) {
      lines(mask, true, period).ifPresent(candidates::add);
      lines(mask, false, period).ifPresent(candidates::add);
    }
    return candidates.stream()
        .min(Comparator.comparingInt(lines -> lines.cost(mask.kernel())))
        .<MaskPlan>map(lines -> lines)
        .orElseGet(EachTap::new);
  }

  private static Optional<Lines> lines(KernelMask mask, boolean rows, int period) {
    int lines = rows ? mask.grid().height() : mask.grid().width();
    List<BitSet> phases = new ArrayList<>();
    for (int phase = 0; phase < Math.min(period, lines); phase++) {
      Optional<BitSet> taps = taps(mask, rows, phase, period);
      if (taps.isEmpty()) {
        return Optional.empty();
      }
      phases.add(taps.get());
    }
    return Optional.of(new Lines(rows, phases));
  }

  /** The taps that all pixels of every {@code period}-th line see, if they agree. */
  private static Optional<BitSet> taps(KernelMask mask, boolean rows, int phase, int period) {
    BitSet live = new BitSet();
    for (int tap = 0; tap < mask.kernel().taps(); tap++) {
      boolean seen = false;
      boolean hidden = false;
      for (int pixel = 0; pixel < mask.grid().pixels(); pixel++) {
        int line = rows ? mask.grid().row(pixel) : mask.grid().col(pixel);
        if (line % period == phase && reachesInside(mask, tap, pixel)) {
          seen |= mask.live(tap, pixel);
          hidden |= !mask.live(tap, pixel);
        }
      }
      if (seen && hidden) {
        return Optional.empty();
      }
      live.set(tap, seen);
    }
    return Optional.of(live);
  }

  private static boolean reachesInside(KernelMask mask, int tap, int pixel) {
    Grid grid = mask.grid();
    return grid.contains(
        grid.row(pixel) + mask.kernel().rowOffset(tap),
        grid.col(pixel) + mask.kernel().colOffset(tap));
  }
}
