package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmconv.orders.Any.Seeded;
import org.lmconv.orders.KernelMask.Centre;

class LayerMasksTest {
  @Seeded
  void stackedLayersReachOnlyEarlierPixels(int seed) {
    PixelOrder order = new Any(seed).order();
    BitSet[] reach = reach(LayerMasks.of(order, 3, 2));
    for (int pixel = 0; pixel < order.size(); pixel++) {
      int here = pixel;
      assertThat(reach[pixel].stream()).allMatch(read -> order.precedes(read, here));
    }
  }

  @Test
  void layersDifferInCentreAndDilation() {
    PixelOrder order = OrderKind.S_CURVE.on(new Grid(8, 8));
    Region none = Region.none(order.grid());
    LayerMasks masks = LayerMasks.of(order, 3, 2);
    KernelShape dense = new KernelShape(3, 1);
    KernelShape spread = new KernelShape(3, 2);
    assertThat(masks.first().values())
        .isEqualTo(KernelMask.of(order, dense, Centre.HIDDEN, none).values());
    assertThat(masks.undilated().values())
        .isEqualTo(KernelMask.of(order, dense, Centre.SEEN, none).values());
    assertThat(masks.dilated().values())
        .isEqualTo(KernelMask.of(order, spread, Centre.SEEN, none).values());
    assertThat(masks.dilated().kernel()).isEqualTo(spread);
  }

  @Test
  void withoutDilationTheLaterMasksAreOneObject() {
    LayerMasks masks = LayerMasks.of(OrderKind.GILBERT.on(new Grid(5, 7)), 5, 1);
    assertThat(masks.dilated()).isSameAs(masks.undilated());
  }

  /** Which input pixels can change the output at a pixel, however many layers are stacked. */
  private static BitSet[] reach(LayerMasks masks) {
    int pixels = masks.first().grid().pixels();
    BitSet[] reach =
        IntStream.range(0, pixels)
            .mapToObj(pixel -> reads(masks.first(), pixel))
            .toArray(BitSet[]::new);
    boolean grew = true;
    while (grew) {
      grew = false;
      for (int pixel = 0; pixel < pixels; pixel++) {
        int before = reach[pixel].cardinality();
        reads(masks.undilated(), pixel).stream().forEach(extend(reach, pixel));
        reads(masks.dilated(), pixel).stream().forEach(extend(reach, pixel));
        grew |= reach[pixel].cardinality() > before;
      }
    }
    return reach;
  }

  private static IntConsumer extend(BitSet[] reach, int pixel) {
    return read -> reach[pixel].or(reach[read]);
  }

  private static BitSet reads(KernelMask mask, int pixel) {
    BitSet reads = new BitSet();
    for (int tap : mask.liveTaps()) {
      if (mask.live(tap, pixel)) {
        reads.set(mask.neighbour(tap, pixel));
      }
    }
    return reads;
  }
}
