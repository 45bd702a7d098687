package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.orders.Any.Seeded;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.MaskPlan.EachTap;
import org.lmconv.orders.MaskPlan.Group;
import org.lmconv.orders.MaskPlan.Groups;
import org.lmconv.orders.MaskPlan.Lines;
import org.lmconv.orders.MaskPlan.TapBox;

class MaskPlanTest {
  private static final Grid SQUARE = new Grid(8, 8);

  private static KernelMask mask(PixelOrder order, int size, int dilation, Centre centre) {
    return KernelMask.of(order, new KernelShape(size, dilation), centre, Region.none(order.grid()));
  }

  private static PixelOrder order(String name, Grid grid) {
    return OrderSet.parse(List.of(name), grid).get(0);
  }

  /**
   * The regularity that makes the published orders cheap. The adjoint has it too, or training would
   * be slower than scoring.
   */
  @ParameterizedTest
  @CsvSource({"3, 1", "3, 2", "5, 1", "5, 2"})
  void anSCurveHasTwoPhasesOfRowsOrOfColumnsWhenTransposed(int size, int dilation) {
    for (int variant = 0; variant < 8; variant++) {
      for (Centre centre : Centre.values()) {
        KernelMask mask = mask(order("s_curve/" + variant, SQUARE), size, dilation, centre);
        for (KernelMask each : List.of(mask, mask.adjoint())) {
          Lines plan = (Lines) MaskPlan.of(each);
          assertThat(plan.rows()).isEqualTo(variant < 4);
          assertThat(plan.phases()).hasSize(2);
        }
      }
    }
  }

  @Test
  void aRasterHasOnePhase() {
    for (int variant = 0; variant < 8; variant++) {
      PixelOrder order = order("raster/" + variant, SQUARE);
      Lines plan = (Lines) MaskPlan.of(mask(order, 3, 1, Centre.SEEN));
      assertThat(plan.phases()).hasSize(1);
      assertThat(plan.phases().get(0).cardinality()).isEqualTo(5);
    }
  }

  @Test
  void observedEverywhereIsAnOrdinaryConvolution() {
    PixelOrder order = order("hilbert", SQUARE);
    Region all = Region.parse("all", SQUARE);
    KernelMask mask = KernelMask.of(order, new KernelShape(3, 1), Centre.SEEN, all);
    Lines plan = (Lines) MaskPlan.of(mask);
    assertThat(plan.phases()).hasSize(1);
    assertThat(plan.phases().get(0).cardinality()).isEqualTo(9);
  }

  @Test
  void ordersWithRepeatingPatternsAreGrouped() {
    Grid large = new Grid(32, 32); // patterns repeat on a grid that has room for it
    PixelOrder hilbert = order("hilbert", large);
    PixelOrder regionLast = order("s_curve", large).withLast(Region.parse("center", large));
    assertThat(MaskPlan.of(mask(hilbert, 3, 1, Centre.SEEN))).isInstanceOf(Groups.class);
    assertThat(MaskPlan.of(mask(regionLast, 3, 1, Centre.HIDDEN))).isInstanceOf(Groups.class);
  }

  @Test
  void anOrderWithoutPatternsIsMaskedTapByTap() {
    List<Integer> pixels = new ArrayList<>(IntStream.range(0, 64).boxed().toList());
    Collections.shuffle(pixels, new Random(1));
    int[] shuffled = pixels.stream().mapToInt(pixel -> pixel).toArray();
    PixelOrder order = PixelOrder.of("shuffled", SQUARE, shuffled);
    MaskPlan plan = MaskPlan.of(mask(order, 5, 1, Centre.SEEN));
    assertThat(plan).isInstanceOf(EachTap.class);
    assertThat(((EachTap) plan).taps()).hasSize(25);
  }

  @Test
  void theDensePlanHasEveryTapEverywhere() {
    Lines plan = (Lines) MaskPlan.dense(new KernelShape(3, 2));
    assertThat(plan.phases()).singleElement().matches(taps -> taps.cardinality() == 9);
  }

  /** Whatever the mask: every pixel is in one group, with exactly the taps that it sees. */
  @Seeded
  void groupsAreExact(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    Region region = any.region(order.grid());
    KernelShape kernel = any.kernel();
    KernelMask mask = KernelMask.of(order, kernel, Centre.HIDDEN, region);
    BitSet seen = new BitSet();
    for (Group group : MaskPlan.groups(mask).groups()) {
      for (int pixel : group.pixels()) {
        assertThat(seen.get(pixel)).isFalse();
        seen.set(pixel);
        assertThat(group.taps()).hasSize(mask.tapCount(pixel));
        assertThat(IntStream.of(group.taps())).allMatch(tap -> mask.live(tap, pixel));
      }
    }
    assertThat(seen.cardinality()).isEqualTo(order.size());
  }

  /** Whatever the order: a plan of lines says of every tap inside the image what the mask says. */
  @Test
  void aPlanOfLinesIsExact() {
    int planned = 0;
    for (int height = 1; height <= 5; height++) {
      for (int width = 1; width <= 5; width++) {
        Grid grid = new Grid(height, width);
        for (PixelOrder order :
            OrderSet.parse(List.of("raster/*", "s_curve/*", "gilbert/*"), grid).orders()) {
          for (int dilation = 1; dilation <= 3; dilation++) {
            planned += assertExact(mask(order, 3, dilation, Centre.HIDDEN));
            planned += assertExact(mask(order, 5, dilation, Centre.SEEN));
          }
        }
      }
    }
    assertThat(planned).isGreaterThan(1000); // so that something was tested
  }

  private static int assertExact(KernelMask mask) {
    if (!(MaskPlan.of(mask) instanceof Lines plan)) {
      return 0;
    }
    Grid grid = mask.grid();
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      int line = plan.rows() ? grid.row(pixel) : grid.col(pixel);
      var phase = plan.phases().get(line % plan.phases().size());
      for (int tap = 0; tap < mask.kernel().taps(); tap++) {
        if (mask.neighbour(tap, pixel) >= 0) {
          assertThat(phase.get(tap)).isEqualTo(mask.live(tap, pixel));
        }
      }
    }
    return 1;
  }

  @Test
  void aBoxIsTheSmallestRectangleOfTheTaps() {
    KernelShape kernel = new KernelShape(5, 1);
    var taps = new BitSet();
    assertThat(TapBox.around(taps, kernel)).isEqualTo(new TapBox(2, 2, 1, 1));
    IntStream.of(6, 8, 11).forEach(taps::set); // rows 1 and 2, columns 1 to 3
    assertThat(TapBox.around(taps, kernel)).isEqualTo(new TapBox(1, 1, 2, 3));
    assertThat(TapBox.around(taps, kernel).cells()).isEqualTo(6);
  }
}
