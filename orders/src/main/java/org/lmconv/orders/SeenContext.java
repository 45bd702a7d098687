package org.lmconv.orders;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.lmconv.orders.KernelMask.Centre;

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
    KernelShape kernel = new KernelShape(kernelSize, 1);
    KernelMask mask = KernelMask.of(holeLast, kernel, Centre.HIDDEN, Region.none(order.grid()));
    int looked = Math.min(MOST_PIXELS, hole.size());
    double seen =
        IntStream.range(0, looked)
            .map(i -> known + (int) ((long) i * hole.size() / looked))
            .map(step -> knownSeen(mask, holeLast.pixelAt(step), hole, layers))
            .average()
            .orElse(0);
    return new SeenContext(holeLast, seen / known);
  }

  /** Pixels outside the hole that a pixel sees through so many layers. */
  private static int knownSeen(KernelMask mask, int pixel, Region hole, int layers) {
    BitSet seen = new BitSet();
    BitSet front = new BitSet();
    front.set(pixel);
    for (int layer = 0; layer < layers && !front.isEmpty(); layer++) {
      BitSet next = new BitSet();
      for (int each = front.nextSetBit(0); each >= 0; each = front.nextSetBit(each + 1)) {
        for (int tap = 0; tap < mask.kernel().taps(); tap++) {
          if (mask.live(tap, each)) {
            next.set(mask.neighbour(tap, each));
          }
        }
      }
      next.andNot(seen);
      seen.or(next);
      front = next;
    }
    return (int) seen.stream().filter(each -> !hole.contains(each)).count();
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
