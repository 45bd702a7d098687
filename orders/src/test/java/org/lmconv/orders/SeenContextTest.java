package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeenContextTest {
  private static final Grid GRID = new Grid(6, 6);
  private static final Region BOTTOM = Region.parse("bottom", GRID);
  private static final int DEEP = 100;

  private static List<PixelOrder> orders(String... names) {
    return OrderSet.parse(List.of(names), GRID).orders();
  }

  private static double share(String order, Region hole, int layers) {
    return SeenContext.of(orders(order).get(0), hole, 3, layers).share();
  }

  private static SeenContext best(List<PixelOrder> orders, Region hole, int kernel, int layers) {
    return SeenContext.best(
        orders.stream().map(order -> SeenContext.of(order, hole, kernel, layers)).toList(), orders);
  }

  @Test
  void fromTheKnownSideEverythingIsSeen() {
    // All above, through enough layers: an S-curve has no blind spot.
    assertThat(share("s_curve/0", BOTTOM, DEEP)).isEqualTo(1);
    // Column by column, the first pixels of the hole do not see the columns to come.
    assertThat(share("s_curve/4", BOTTOM, DEEP)).isBetween(0.4, 0.8);
  }

  @Test
  void fromTheFarSideOnlyTheLastRowSeesWhatIsKnown() {
    // And of that only the nearest row, which is visited before those behind it: a third of a
    // third.
    assertThat(share("s_curve/1", BOTTOM, DEEP)).isCloseTo(1.0 / 9, within(1e-12));
  }

  @Test
  void aLayerSeesNeighboursOnly() {
    // Of 18 known pixels the 6 of the first row of the hole see 2 or 3 each, the others none.
    assertThat(share("raster/0", BOTTOM, 1)).isCloseTo((2 * 2 + 4 * 3) / 18.0 / 18, within(1e-12));
  }

  @Test
  void theBestSeesMostAndVisitsTheHoleLastAnyway() {
    SeenContext best = best(orders("s_curve/1", "s_curve/4", "s_curve/2"), BOTTOM, 3, DEEP);
    assertThat(best.order().name()).isEqualTo("s_curve/2+bottom");
    assertThat(best.share()).isEqualTo(1);
    assertThat(best(orders("s_curve/1"), BOTTOM, 3, DEEP).order().name())
        .isEqualTo("s_curve/1+bottom");
  }

  @Test
  void amongEqualsTheOneThatNeedsNoMoveIsTaken() {
    Region corner = Region.parse("5:6,0:1", GRID); // where s_curve/0 ends
    assertThat(share("s_curve/2", corner, 1)).isEqualTo(share("s_curve/0", corner, 1));
    SeenContext best = best(orders("s_curve/2", "s_curve/0"), corner, 3, 1);
    assertThat(best.order()).isEqualTo(orders("s_curve/0").get(0));
  }

  @Test
  void aHoleOfTheWholeImageHasNoContext() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> share("raster/0", Region.parse("all", GRID), DEEP))
        .withMessageContaining("region all is the whole image");
  }
}
