package org.lmconv.orders;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of what is known a network can look at when it fills a hole. Under every order each pair
 * of neighbours has one that sees the other, but what a pixel sees through others depends on the
 * order: where a hole is filled from its far side, its first pixels see nothing that is known.
 *
 * @param order visits the hole last
 * @param share of the known pixels that a pixel of the hole sees through the layers, mean over the
 *     hole, 0 to 1
 */
public record SeenContext(PixelOrder order, double share) {
  /** Pixels of a hole that are looked at, evenly spaced along the order. */
  private static final int MOST_PIXELS = 128;

  /**
   * What an order sees, once the hole has been moved to its end.
   *
   * @param kernelSize odd side of the kernels
   * @param layers masked convolutions on the longest way through the network
   * @throws IllegalArgumentException if the hole is of another grid, or nothing is known
   */
  public static SeenContext of(PixelOrder order, Region hole, int kernelSize, int layers) {
    int known = order.size() - hole.size();
    if (known == 0) {
      throw new IllegalArgumentException(
          "region %s is the whole image, of which nothing is known".formatted(hole.name()));
    }
    PixelOrder holeLast = order.withLast(hole);
    KernelMask mask =
        KernelMask.of(
            holeLast,
            new KernelShape(kernelSize, 1),
            KernelMask.Centre.HIDDEN,
            Region.none(order.grid()));
    StepReads reads = StepReads.of(mask, holeLast);
    int looked = Math.min(MOST_PIXELS, hole.size());
    double seen =
        IntStream.range(0, looked)
            .map(i -> known + (int) ((long) i * hole.size() / looked))
            .map(step -> knownSeen(reads, step, known, layers))
            .average()
            .orElse(0);
    return new SeenContext(holeLast, seen / known);
  }

  /** Known pixels that a step sees through so many layers. */
  private static int knownSeen(StepReads reads, int step, int known, int layers) {
    BitSet seen = new BitSet();
    int[] front = {step};
    for (int layer = 0; layer < layers && front.length > 0; layer++) {
      BitSet next = new BitSet();
      for (int each : front) {
        for (int i = 0; i < reads.width(each); i++) {
          int read = reads.read(each, i);
          if (read >= 0 && !seen.get(read)) {
            seen.set(read);
            next.set(read);
          }
        }
      }
      front = next.stream().toArray();
    }
    return seen.get(0, known).cardinality();
  }

  /**
   * The one that sees most. Among equals one that visits the hole last anyway, for that is how the
   * network was trained; else the first.
   *
   * @param all at least one
   * @param trained orders as they are before the hole is moved
   */
  public static SeenContext best(List<SeenContext> all, List<PixelOrder> trained) {
    return all.stream()
        .max(
            Comparator.comparingDouble(SeenContext::share)
                .thenComparing(seen -> trained.contains(seen.order())))
        .orElseThrow();
  }
}
