package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderSetTest {
  private static final Grid SQUARE = new Grid(8, 8);
  private static final Grid RECTANGLE = new Grid(5, 7);

  @Test
  void aKindAloneIsItsVariantZero() {
    OrderSet set = OrderSet.parse(List.of("raster", "s_curve/3"), RECTANGLE);
    assertThat(names(set)).containsExactly("raster/0", "s_curve/3");
    assertThat(set.size()).isEqualTo(2);
    assertThat(set.grid()).isEqualTo(RECTANGLE);
    assertThat(set.get(1)).isEqualTo(Symmetry.of(3).apply(OrderKind.S_CURVE.on(RECTANGLE)));
    assertThat(set).hasToString("[raster/0 on 5x7, s_curve/3 on 5x7]");
  }

  @Test
  void aStarIsEveryVariantThatFits() {
    assertThat(names(OrderSet.parse(List.of("s_curve/*"), SQUARE)))
        .isEqualTo(IntStream.range(0, 8).mapToObj(variant -> "s_curve/" + variant).toList());
    assertThat(names(OrderSet.parse(List.of("gilbert/*"), RECTANGLE)))
        .containsExactly("gilbert/0", "gilbert/1", "gilbert/2", "gilbert/3");
  }

  @Test
  void consecutiveHashesPickTheOrdersEquallyOften() {
    OrderSet set = OrderSet.parse(List.of("s_curve/0", "s_curve/1", "s_curve/2"), SQUARE);
    assertThat(LongStream.range(0, 300).mapToObj(set::pick).filter(set.get(2)::equals))
        .hasSize(100);
  }

  @Test
  void negativeHashesAreReadAsUnsigned() {
    OrderSet set = OrderSet.parse(List.of("s_curve/0", "s_curve/1", "s_curve/2"), SQUARE);
    // 2^64 - 1 = 3 * 6148914691236517205 and so 2^64 - 2 leaves 2.
    assertThat(set.pick(-1)).isSameAs(set.get(0));
    assertThat(set.pick(-2)).isSameAs(set.get(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " | no orders given; name at least one, such as s_curve/*",
        "s_curve,s_curve/* | order s_curve/0 is given twice; name each order once",
        "rooster/1 | order kind rooster is unknown; did you mean raster?",
        "gilbert/6 | variant 6 of order gilbert/0 transposes, which needs a square grid, got 5x7"
      })
  void refusesOrdersThatCannotBe(String names, String message) {
    List<String> given = names == null ? List.of() : List.of(names.split(","));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OrderSet.parse(given, RECTANGLE))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s_curve/8", "s_curve/-1", "s_curve/", "/1", "", "s_curve/1/2"})
  void refusesAMalformedName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OrderSet.parse(List.of(name), SQUARE))
        .withMessage(
            "order %s is malformed; write kind, kind/variant with variant 0 to 7, or kind/*", name);
  }

  @Test
  void refusesMixedGrids() {
    List<PixelOrder> mixed = List.of(OrderKind.RASTER.on(SQUARE), OrderKind.S_CURVE.on(RECTANGLE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OrderSet.of(mixed))
        .withMessage(
            "order s_curve/0 is on grid 5x7 but order raster/0 is on 8x8;"
                + " make all for the same grid");
  }

  private static List<String> names(OrderSet set) {
    return set.orders().stream().map(PixelOrder::name).toList();
  }
}
