package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.orders.Any.Seeded;

class SymmetryTest {
  @Seeded
  void flipsAndTransposesUndoThemselves(int seed) {
    PixelOrder order = new Any(seed).order();
    // 5 and 6 are the quarter turns, which undo each other instead.
    for (int variant : new int[] {0, 1, 2, 3, 4, 7}) {
      Symmetry symmetry = Symmetry.of(variant);
      if (symmetry.fits(order.grid())) {
        assertThat(symmetry.apply(symmetry.apply(order))).isEqualTo(order);
      }
    }
  }

  @Seeded
  void quarterTurnsUndoEachOther(int seed) {
    Grid grid = new Any(seed).square();
    PixelOrder order = OrderKind.GILBERT.on(grid);
    Symmetry right = Symmetry.TRANSPOSED_COLUMNS_FLIPPED;
    Symmetry left = Symmetry.TRANSPOSED_ROWS_FLIPPED;
    assertThat(right.apply(left.apply(order))).isEqualTo(order);
    assertThat(right.apply(right.apply(order))).isEqualTo(Symmetry.BOTH_FLIPPED.apply(order));
  }

  @Seeded
  void everyVariantIsTheTransposeThenTheFlips(int seed) {
    Grid grid = new Any(seed).square();
    PixelOrder order = OrderKind.RASTER.on(grid);
    PixelOrder transposed = Symmetry.TRANSPOSED.apply(order);
    for (int flips = 0; flips < 4; flips++) {
      assertThat(Symmetry.of(4 + flips).apply(order))
          .isEqualTo(Symmetry.of(flips).apply(transposed));
    }
  }

  @Test
  void theEightVariantsDiffer() {
    PixelOrder order = OrderKind.S_CURVE.on(new Grid(4, 4));
    assertThat(Arrays.stream(Symmetry.values()).map(symmetry -> symmetry.apply(order)).distinct())
        .hasSize(8);
  }

  @ParameterizedTest
  @CsvSource({
    "0, bottom",
    "2, bottom",
    "1, top",
    "3, top",
    "4, right",
    "5, right",
    "6, left",
    "7, left"
  })
  void sCurvesVisitAKnownHalfLast(int variant, String half) {
    Grid grid = new Grid(28, 28);
    PixelOrder order = Symmetry.of(variant).apply(OrderKind.S_CURVE.on(grid));
    assertThat(order.visitsLast(Region.parse(half, grid))).isTrue();
  }

  @Test
  void transposedWithRowsFlipped() {
    PixelOrder order = Symmetry.of(5).apply(OrderKind.S_CURVE.on(new Grid(4, 4)));
    assertThat(order.name()).isEqualTo("s_curve/5");
    assertThat(Pictures.of(order))
        .isEqualTo(
            """
             3  4 11 12
             2  5 10 13
             1  6  9 14
             0  7  8 15
            """);
  }

  @Test
  void namesKeepTrackOfTheVariant() {
    PixelOrder order = OrderKind.RASTER.on(new Grid(2, 3));
    PixelOrder flipped = Symmetry.ROWS_FLIPPED.apply(order);
    assertThat(Symmetry.IDENTITY.apply(order)).isSameAs(order);
    assertThat(flipped.name()).isEqualTo("raster/1");
    assertThat(Symmetry.COLUMNS_FLIPPED.apply(flipped).name()).isEqualTo("raster/1/2");
    assertThat(Symmetry.COLUMNS_FLIPPED.variant()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, -1})
  void refusesAnUnknownVariant(int variant) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Symmetry.of(variant))
        .withMessage("variant must be 0 to 7, got " + variant);
  }

  @Test
  void refusesToTransposeARectangle() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Symmetry.of(4).apply(OrderKind.S_CURVE.on(new Grid(5, 7))))
        .withMessage(
            "variant 4 of order s_curve/0 transposes, which needs a square grid, got 5x7;"
                + " use 0 to 3");
  }
}
