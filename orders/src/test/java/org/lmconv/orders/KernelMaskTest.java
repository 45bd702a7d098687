package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmconv.orders.Any.Seeded;
import org.lmconv.orders.KernelMask.Centre;

class KernelMaskTest {
  private static final KernelShape THREE = new KernelShape(3, 1);

  /** The pixel that a tap reads, or -1 outside the image. */
  private static int read(Grid grid, KernelShape kernel, int tap, int pixel) {
    int row = grid.row(pixel) + kernel.rowOffset(tap);
    int col = grid.col(pixel) + kernel.colOffset(tap);
    return grid.contains(row, col) ? grid.pixel(row, col) : -1;
  }

  private static KernelMask mask(PixelOrder order, KernelShape kernel, Centre centre) {
    return KernelMask.of(order, kernel, centre, Region.none(order.grid()));
  }

  /** Transposed: j sees i if and only if i saw j; twice is the mask again. */
  @Seeded
  void theAdjointTurnsEveryLookRound(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    Region region = any.region(order.grid());
    KernelShape kernel = any.kernel();
    Centre centre = any.of(Centre.values());
    KernelMask mask = KernelMask.of(order, kernel, centre, region);
    KernelMask adjoint = mask.adjoint();
    for (int tap = 0; tap < kernel.taps(); tap++) {
      int opposite = kernel.taps() - 1 - tap;
      for (int pixel = 0; pixel < mask.grid().pixels(); pixel++) {
        int read = mask.neighbour(tap, pixel);
        assertThat(read).isEqualTo(read(mask.grid(), kernel, tap, pixel));
        assertThat(adjoint.live(tap, pixel)).isEqualTo(read >= 0 && mask.live(opposite, read));
      }
    }
    assertThat(adjoint.adjoint().values()).isEqualTo(mask.values());
  }

  @Seeded
  void aTapIsLiveIffItsPixelComesEarlierOrIsObserved(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    Region region = any.region(order.grid());
    KernelShape kernel = any.kernel();
    KernelMask mask = KernelMask.of(order, kernel, Centre.HIDDEN, region);
    for (int pixel = 0; pixel < order.size(); pixel++) {
      for (int tap = 0; tap < kernel.taps(); tap++) {
        int read = read(order.grid(), kernel, tap, pixel);
        boolean known =
            read >= 0
                && tap != kernel.centre()
                && (order.stepOf(read) < order.stepOf(pixel) || region.contains(read));
        assertThat(mask.live(tap, pixel)).isEqualTo(known);
      }
    }
  }

  @Seeded
  void onlyTheCentreTapDistinguishesMasksAAndB(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    Region region = any.region(order.grid());
    KernelShape kernel = any.kernel();
    KernelMask a = KernelMask.of(order, kernel, Centre.HIDDEN, region);
    KernelMask b = KernelMask.of(order, kernel, Centre.SEEN, region);
    for (int tap = 0; tap < kernel.taps(); tap++) {
      for (int pixel = 0; pixel < order.size(); pixel++) {
        boolean centre = tap == kernel.centre();
        assertThat(a.live(tap, pixel)).isEqualTo(!centre && b.live(tap, pixel));
        assertThat(b.live(tap, pixel)).isEqualTo(centre || a.live(tap, pixel));
      }
    }
  }

  @Seeded
  void ofTwoNeighboursExactlyOneSeesTheOther(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    KernelShape kernel = any.kernel();
    KernelMask mask = mask(order, kernel, Centre.HIDDEN);
    for (int tap = 0; tap < kernel.taps(); tap++) {
      int opposite = kernel.taps() - 1 - tap;
      for (int pixel = 0; pixel < order.size(); pixel++) {
        int read = read(order.grid(), kernel, tap, pixel);
        if (read >= 0 && tap != kernel.centre()) {
          assertThat(mask.live(tap, pixel)).isNotEqualTo(mask.live(opposite, read));
        }
      }
    }
  }

  @Seeded
  void allFormsOfAMaskAgree(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    KernelShape kernel = any.kernel();
    KernelMask mask = mask(order, kernel, Centre.SEEN);
    float[] values = mask.values();
    int[] counts = new int[order.size()];
    for (int tap = 0; tap < kernel.taps(); tap++) {
      float[] row = mask.row(tap);
      for (int pixel = 0; pixel < order.size(); pixel++) {
        float expected = mask.live(tap, pixel) ? 1f : 0f;
        assertThat(row[pixel]).isEqualTo(expected);
        assertThat(values[tap * order.size() + pixel]).isEqualTo(expected);
        counts[pixel] += (int) expected;
      }
    }
    assertThat(IntStream.range(0, order.size()).map(mask::tapCount)).containsExactly(box(counts));
    assertThat(mask.grid()).isEqualTo(order.grid());
    assertThat(mask.kernel()).isEqualTo(kernel);
  }

  private static Integer[] box(int[] values) {
    return IntStream.of(values).boxed().toArray(Integer[]::new);
  }

  @Test
  void insideTheImageFiveOfNineTapsAreLiveOnAverage() {
    // Each pair of neighbours gives one live tap: (9 - 1) / 2, and the centre. Exact on a torus; in
    // the interior of an S-curve every pixel has the row above, the pixel before, and itself.
    Grid grid = new Grid(8, 8);
    KernelMask mask = mask(OrderKind.S_CURVE.on(grid), THREE, Centre.SEEN);
    assertThat(mask.tapCount(grid.pixel(3, 4))).isEqualTo(5);
    assertThat(mask.tapCount(grid.pixel(4, 3))).isEqualTo(5);
  }

  @Test
  void rasterNeverReadsBelow() {
    KernelMask mask = mask(OrderKind.RASTER.on(new Grid(4, 4)), THREE, Centre.HIDDEN);
    assertThat(mask.liveTaps()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void maskAOfAnSCurve() {
    assertThat(Pictures.of(mask(OrderKind.S_CURVE.on(new Grid(4, 4)), THREE, Centre.HIDDEN)))
        .isEqualTo(
            """
            ...  ...  ...  ...
            ...  #..  #..  #..
            ...  ...  ...  ...

            .##  ###  ###  ##.
            ..#  ..#  ..#  ...
            ...  ...  ...  ...

            .##  ###  ###  ##.
            ...  #..  #..  #..
            ...  ...  ...  ...

            .##  ###  ###  ##.
            ..#  ..#  ..#  ...
            ...  ...  ...  ...
            """);
  }

  @Test
  void maskBOfAHilbertCurve() {
    assertThat(Pictures.of(mask(OrderKind.HILBERT.on(new Grid(2, 2)), THREE, Centre.SEEN)))
        .isEqualTo(
            """
            ...  ...
            .#.  ##.
            ...  ##.

            .#.  #..
            .#.  ##.
            ...  ...
            """);
  }

  @Test
  void observedPixelsAreSeenFromEverywhereButByTheirOwnCentre() {
    Grid grid = new Grid(2, 3);
    Region right = Region.parse("0:2,2:3", grid);
    assertThat(Pictures.of(KernelMask.of(OrderKind.RASTER.on(grid), THREE, Centre.HIDDEN, right)))
        .isEqualTo(
            """
            ...  ...  ...
            ...  #.#  #..
            ...  ..#  .#.

            .##  ###  ##.
            ...  #.#  #..
            ...  ...  ...
            """);
  }

  @Test
  void refusesAnObservedRegionOfAnotherGrid() {
    PixelOrder order = OrderKind.RASTER.on(new Grid(4, 4));
    Region observed = Region.parse("top", new Grid(5, 7));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelMask.of(order, THREE, Centre.SEEN, observed))
        .withMessage(
            "region top is on grid 5x7 but order raster/0 is on 4x4; make both for the same grid");
  }
}
