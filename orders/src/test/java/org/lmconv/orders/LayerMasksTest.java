package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.BitSet;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmconv.orders.Any.Seeded;
import org.lmconv.orders.KernelMask.Centre;

class LayerMasksTest {
  @Seeded
  void stackedLayersReachOnlyEarlierOrObservedPixels(int seed) {
    Any random = new Any(seed);
    PixelOrder any = random.order();
    Region observed = random.region(any.grid());
    PixelOrder order = any.withLast(observed.complement());
    BitSet[] reach = reach(LayerMasks.of(order, 3, 2, observed));
    for (int pixel = 0; pixel < order.size(); pixel++) {
      int here = pixel;
      assertThat(reach[pixel].stream())
          .allMatch(read -> order.precedes(read, here) || observed.contains(read));
    }
  }

  @Test
  void observingAPixelThatIsVisitedLateWouldLeak() {
    // Pixel 2 is observed and reads pixel 1; pixel 1 reads pixel 2, and so itself a layer later.
    Grid grid = new Grid(1, 3);
    PixelOrder order = OrderKind.RASTER.on(grid);
    Region observed = Region.parse("0:1,2:3", grid);
    KernelShape kernel = new KernelShape(3, 1);
    KernelMask first = KernelMask.of(order, kernel, Centre.HIDDEN, observed);
    KernelMask later = KernelMask.of(order, kernel, Centre.SEEN, observed);
    assertThat(reach(new LayerMasks(first, later, later))[1].get(1)).isTrue();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerMasks.of(order, 3, 1, observed))
        .withMessage(
            "order raster/0 does not visit the observed region 0:1,2:3 first, so stacked layers"
                + " would see later pixels; use order.withLast(observed.complement())");
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

  @Test
  void refusesMasksOfDifferentGrids() {
    KernelMask small = LayerMasks.of(OrderKind.RASTER.on(new Grid(2, 2)), 3, 1).first();
    KernelMask large = LayerMasks.of(OrderKind.RASTER.on(new Grid(3, 3)), 3, 1).undilated();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerMasks(small, large, large))
        .withMessage("layer masks are on grids 2x2, 3x3 and 3x3; make all three for the same grid");
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
    Grid grid = mask.grid();
    BitSet reads = new BitSet();
    for (int tap : mask.liveTaps()) {
      if (mask.live(tap, pixel)) {
        reads.set(
            grid.pixel(
                grid.row(pixel) + mask.kernel().rowOffset(tap),
                grid.col(pixel) + mask.kernel().colOffset(tap)));
      }
    }
    return reads;
  }
}
