package org.lmconv.orders;

import java.util.BitSet;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
   * across the lines. One phase with every tap is the ordinary, dense convolution.
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

  /**
   * Pixels with the same live taps are taken together: what they see is gathered, and one matrix
   * product per group computes no tap in vain. For Hilbert curves, for orders with a region moved
   * to the end, and for any other order whose patterns repeat.
   */
  record Groups(List<Group> groups) implements MaskPlan {
    /** Taps computed over the image, with what copying the weights of each group costs. */
    long cost() {
      return groups.stream()
          .mapToLong(group -> (long) group.taps().length * (group.pixels().length + WEIGHTS))
          .sum();
    }
  }

  /**
   * Pixels that see the same.
   *
   * @param taps that are live at each of the pixels, ascending; may be none
   * @param pixels ascending, at least one
   */
  record Group(int[] taps, int[] pixels) {}

  /** No pattern repeats: each tap that is ever live is computed at all pixels, then masked. */
  record EachTap(int[] taps) implements MaskPlan {
    /** Taps computed over the image. */
    long cost(Grid grid) {
      return (long) taps.length * grid.pixels();
    }
  }

  /**
   * A rectangle of taps of a kernel, at least one.
   *
   * @param firstRow of the kernel, from 0
   * @param firstCol of the kernel, from 0
   */
  record TapBox(int firstRow, int firstCol, int rows, int cols) {

    /** The smallest rectangle around these taps; the centre alone if there are none. */
    public static TapBox around(BitSet taps, KernelShape kernel) {
      int size = kernel.size();
      if (taps.isEmpty()) {
        return new TapBox(size / 2, size / 2, 1, 1);
      }
      IntSummaryStatistics rows = taps.stream().map(tap -> tap / size).summaryStatistics();
      IntSummaryStatistics cols = taps.stream().map(tap -> tap % size).summaryStatistics();
      return new TapBox(
          rows.getMin(),
          cols.getMin(),
          rows.getMax() - rows.getMin() + 1,
          cols.getMax() - cols.getMin() + 1);
    }

    /** Number of taps in the rectangle. */
    public int cells() {
      return rows * cols;
    }
  }

  /** With more phases than these the convolutions are too small to be fast. */
  int MOST_PHASES = 2;

  /** Pixels whose computation takes as long as the weights of a group take to be copied. */
  int WEIGHTS = 4;

  /** The plan for a mask. */
  static MaskPlan of(KernelMask mask) {
    for (int period = 1; period <= MOST_PHASES; period++) {
      Optional<Lines> lines =
          Stream.of(lines(mask, true, period), lines(mask, false, period))
              .flatMap(Optional::stream)
              .min(Comparator.comparingInt(each -> each.cost(mask.kernel())));
      if (lines.isPresent()) {
        return lines.get();
      }
    }
    Groups groups = groups(mask);
    EachTap eachTap = new EachTap(mask.liveTaps());
    return groups.cost() <= eachTap.cost(mask.grid()) ? groups : eachTap;
  }

  /** The ordinary convolution, which masks nothing. */
  static MaskPlan dense(KernelShape kernel) {
    BitSet all = new BitSet();
    all.set(0, kernel.taps());
    return new Lines(true, List.of(all));
  }

  /** Pixels grouped by what they see: exact for every mask. */
  static Groups groups(KernelMask mask) {
    Map<BitSet, BitSet> pixelsByTaps = new LinkedHashMap<>();
    for (int pixel = 0; pixel < mask.grid().pixels(); pixel++) {
      BitSet seen = new BitSet();
      for (int tap = 0; tap < mask.kernel().taps(); tap++) {
        seen.set(tap, mask.live(tap, pixel) && mask.neighbour(tap, pixel) >= 0);
      }
      pixelsByTaps.computeIfAbsent(seen, taps -> new BitSet()).set(pixel);
    }
    return new Groups(
        pixelsByTaps.entrySet().stream()
            .map(e -> new Group(e.getKey().stream().toArray(), e.getValue().stream().toArray()))
            .toList());
  }

  /** The plan of a period, if all pixels of each phase agree on every tap. */
  private static Optional<Lines> lines(KernelMask mask, boolean rows, int period) {
    Grid grid = mask.grid();
    int phases = Math.min(period, rows ? grid.height() : grid.width());
    List<BitSet> live = Stream.generate(BitSet::new).limit(phases).toList();
    List<BitSet> dead = Stream.generate(BitSet::new).limit(phases).toList();
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      int phase = (rows ? grid.row(pixel) : grid.col(pixel)) % period;
      for (int tap = 0; tap < mask.kernel().taps(); tap++) {
        if (mask.neighbour(tap, pixel) >= 0) {
          (mask.live(tap, pixel) ? live : dead).get(phase).set(tap);
        }
      }
      if (live.get(phase).intersects(dead.get(phase))) {
        return Optional.empty();
      }
    }
    return Optional.of(new Lines(rows, live));
  }
}
