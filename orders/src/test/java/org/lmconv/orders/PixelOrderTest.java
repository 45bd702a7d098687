package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lmconv.orders.Any.Seeded;

class PixelOrderTest {
  private static final Grid ROW_OF_THREE = new Grid(1, 3);

  @Seeded
  void stepAndPixelAreInverse(int seed) {
    PixelOrder order = new Any(seed).order();
    for (int step = 0; step < order.size(); step++) {
      assertThat(order.stepOf(order.pixelAt(step))).isEqualTo(step);
      if (step > 0) {
        assertThat(order.precedes(order.pixelAt(step - 1), order.pixelAt(step))).isTrue();
        assertThat(order.precedes(order.pixelAt(step), order.pixelAt(step - 1))).isFalse();
      }
    }
  }

  @Seeded
  void withLastVisitsTheRegionLastAndKeepsBothSequences(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    Region region = any.region(order.grid());
    PixelOrder moved = order.withLast(region);
    assertThat(moved.visitsLast(region)).isTrue();
    assertThat(Arrays.stream(moved.pixels()).filter(region::contains))
        .containsExactlyElementsOf(
            Arrays.stream(order.pixels()).filter(region::contains).boxed().toList());
    assertThat(Arrays.stream(moved.pixels()).filter(region.complement()::contains))
        .containsExactlyElementsOf(
            Arrays.stream(order.pixels()).filter(region.complement()::contains).boxed().toList());
  }

  @Seeded
  void withLastChangesNothingThatIsAlreadyLast(int seed) {
    Any any = new Any(seed);
    PixelOrder order = any.order();
    Region region = any.region(order.grid());
    PixelOrder moved = order.withLast(region);
    assertThat(moved.withLast(region)).isEqualTo(moved);
    assertThat(order.visitsLast(region)).isEqualTo(moved.equals(order));
  }

  @Test
  void namesTellHowAnOrderWasMade() {
    Grid grid = new Grid(4, 4);
    PixelOrder order = OrderKind.S_CURVE.on(grid);
    assertThat(order.withLast(Region.parse("center", grid)).name()).isEqualTo("s_curve/0+center");
    assertThat(order).hasToString("s_curve/0 on 4x4");
  }

  @Test
  void equalityIsThatOfTheWalkNotOfTheName() {
    PixelOrder raster = OrderKind.RASTER.on(ROW_OF_THREE);
    PixelOrder sCurve = OrderKind.S_CURVE.on(ROW_OF_THREE);
    assertThat(raster).isEqualTo(sCurve).hasSameHashCodeAs(sCurve);
    assertThat(raster).isNotEqualTo(PixelOrder.of("raster/0", ROW_OF_THREE, new int[] {2, 1, 0}));
    assertThat(raster).isNotEqualTo(OrderKind.RASTER.on(new Grid(3, 1)));
  }

  @Test
  void anOrderSharesNoArrayWithItsCaller() {
    int[] pixels = {2, 0, 1};
    PixelOrder order = PixelOrder.of("mine", ROW_OF_THREE, pixels);
    pixels[0] = 7;
    order.pixels()[0] = 7;
    assertThat(order.pixels()).containsExactly(2, 0, 1);
  }

  @Test
  void refusesWhatIsNoPermutation() {
    assertRefused("must visit each of 3 pixels once, got 2", 0, 1);
    assertRefused("has pixel 3 at step 1; pixels are 0 to 2", 0, 3, -1);
    assertRefused("visits pixel 1 at steps 0 and 2; each pixel must come once", 1, 0, 1);
  }

  private static void assertRefused(String why, int... pixels) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelOrder.of("mine", ROW_OF_THREE, pixels))
        .withMessage("order mine on 1x3 " + why);
  }

  @Test
  void refusesARegionOfAnotherGrid() {
    PixelOrder order = OrderKind.RASTER.on(ROW_OF_THREE);
    Region region = Region.parse("top", new Grid(4, 4));
    String message =
        "region top is on grid 4x4 but order raster/0 is on 1x3; make both for the same grid";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> order.withLast(region))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> order.visitsLast(region))
        .withMessage(message);
  }
}
