package org.lmconv.orders;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A mask along an order: what the pixel of each step reads, as earlier steps. A sampler that goes
 * through an order step by step keeps features by step, and finds them with this.
 *
 * <p>Taps that are live most often come first, so that the live taps of most steps are the first
 * ones, and a matrix product with the first of the weights misses few.
 */
public final class StepReads {
  private final int[] taps;
  private final int[][] reads; // [steps][taps up to the last live one] -> step, or -1

  private StepReads(int[] taps, int[][] reads) {
    this.taps = taps;
    this.reads = reads;
  }

  /**
   * The reads of a mask along the order that it was made for.
   *
   * @throws IllegalArgumentException if the two are on different grids, or a pixel reads a later
   *     one
   */
  public static StepReads of(KernelMask mask, PixelOrder order) {
    if (!mask.grid().equals(order.grid())) {
      throw new IllegalArgumentException(
          "the mask is on grid %s, order %s on %s; make both for the same grid"
              .formatted(mask.grid(), order.name(), order.grid()));
    }
    int[] taps =
        IntStream.of(mask.liveTaps())
            .boxed()
            .sorted(Comparator.comparingInt((Integer tap) -> -mask.liveCount(tap)))
            .mapToInt(tap -> tap)
            .toArray();
    int[][] reads = new int[order.size()][];
    for (int step = 0; step < reads.length; step++) {
      reads[step] = reads(mask, order, taps, step);
    }
    return new StepReads(taps, reads);
  }

  private static int[] reads(KernelMask mask, PixelOrder order, int[] taps, int step) {
    int pixel = order.pixelAt(step);
    int[] reads = new int[taps.length];
    int width = 0;
    for (int i = 0; i < taps.length; i++) {
      reads[i] = mask.live(taps[i], pixel) ? order.stepOf(mask.neighbour(taps[i], pixel)) : -1;
      if (reads[i] > step) {
        throw new IllegalArgumentException(
            "the mask lets step %d of order %s read step %d; make it for that order"
                .formatted(step, order.name(), reads[i]));
      }
      width = reads[i] < 0 ? width : i + 1;
    }
    return Arrays.copyOf(reads, width);
  }

  /** The taps of the kernel that are live anywhere, those that are live most often first. */
  public int[] taps() {
    return taps.clone();
  }

  /** The number of steps. */
  public int steps() {
    return reads.length;
  }

  /** How many of the {@link #taps} there are up to the last live one of a step; may be 0. */
  public int width(int step) {
    return reads[step].length;
  }

  /** The step that the i-th of the {@link #taps} reads in a step; −1 if it is not live there. */
  public int read(int step, int i) {
    return i < reads[step].length ? reads[step][i] : -1;
  }
}
