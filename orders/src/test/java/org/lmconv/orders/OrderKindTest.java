package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.orders.Any.Seeded;

class OrderKindTest {
  private enum Move {
    EDGE,
    DIAGONAL,
    JUMP
  }

  @Seeded
  void everyKindStartsAtTheTopLeft(int seed) {
    Grid grid = new Any(seed).grid();
    // That each is a permutation is checked by PixelOrder.of, which makes them all.
    assertThat(Any.kinds(grid)).allSatisfy(kind -> assertThat(kind.on(grid).pixelAt(0)).isZero());
  }

  @Seeded
  void sCurveMovesFromNeighbourToNeighbour(int seed) {
    Grid grid = new Any(seed).grid();
    assertThat(count(OrderKind.S_CURVE.on(grid), Move.EDGE)).isEqualTo(grid.pixels() - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64})
  void hilbertMovesFromNeighbourToNeighbour(int side) {
    PixelOrder order = OrderKind.HILBERT.on(new Grid(side, side));
    assertThat(count(order, Move.EDGE)).isEqualTo(side * side - 1);
    assertThat(order.pixelAt(order.size() - 1)).isEqualTo(side - 1);
  }

  @Test
  void gilbertStepsDiagonallyOnceIfTheLongerSideIsOddAndTheShorterEven() {
    for (int height = 1; height <= 40; height++) {
      for (int width = 1; width <= 40; width++) {
        int shorter = Math.min(height, width);
        boolean diagonal = Math.max(height, width) % 2 == 1 && shorter % 2 == 0 && shorter > 2;
        PixelOrder order = OrderKind.GILBERT.on(new Grid(height, width));
        assertThat(count(order, Move.DIAGONAL)).as(order.toString()).isEqualTo(diagonal ? 1 : 0);
        assertThat(count(order, Move.JUMP)).as(order.toString()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysAreParsed(OrderKind kind) {
    assertThat(OrderKind.parse(kind.key())).isEqualTo(kind);
    assertThat(kind.on(new Grid(4, 4)).name()).isEqualTo(kind.key() + "/0");
  }

  @Test
  void raster() {
    assertThat(Pictures.of(OrderKind.RASTER.on(new Grid(2, 4))))
        .isEqualTo(
            """
             0  1  2  3
             4  5  6  7
            """);
  }

  @Test
  void sCurve() {
    assertThat(Pictures.of(OrderKind.S_CURVE.on(new Grid(4, 4))))
        .isEqualTo(
            """
             0  1  2  3
             7  6  5  4
             8  9 10 11
            15 14 13 12
            """);
  }

  @Test
  void hilbert() {
    assertThat(Pictures.of(OrderKind.HILBERT.on(new Grid(4, 4))))
        .isEqualTo(
            """
             0  1 14 15
             3  2 13 12
             4  7  8 11
             5  6  9 10
            """);
  }

  @Test
  void gilbert() {
    assertThat(Pictures.of(OrderKind.GILBERT.on(new Grid(5, 7))))
        .isEqualTo(
            """
             0  1  2 31 32 33 34
             5  4  3 30 29 28 27
             6  7 16 17 18 25 26
             9  8 15 14 19 24 23
            10 11 12 13 20 21 22
            """);
  }

  @Test
  void gilbertRoundsHalvesTowardsTheOriginOnTheWayBack() {
    // 10x10 is the smallest square where rounding every half down gives another curve.
    assertThat(Pictures.of(OrderKind.GILBERT.on(new Grid(10, 10))))
        .isEqualTo(
            """
             0  1  2 27 28 29 30 35 36 37
             5  4  3 26 25 24 31 34 39 38
             6  7 16 17 18 23 32 33 40 41
             9  8 15 14 19 22 51 50 43 42
            10 11 12 13 20 21 52 49 44 45
            87 86 85 84 83 82 53 48 47 46
            88 91 92 77 78 81 54 57 58 59
            89 90 93 76 79 80 55 56 61 60
            98 97 94 75 72 71 68 67 62 63
            99 96 95 74 73 70 69 66 65 64
            """);
  }

  @Test
  void refusesAnUnknownKeyAndNamesTheNearest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OrderKind.parse("scurve"))
        .withMessage(
            "order kind scurve is unknown; did you mean s_curve?"
                + " Kinds are raster, s_curve, hilbert, gilbert");
  }

  @ParameterizedTest
  @CsvSource({"28, 28", "4, 8"})
  void refusesHilbertOffPowersOfTwo(int height, int width) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OrderKind.HILBERT.on(new Grid(height, width)))
        .withMessage(
            "order hilbert needs a square grid whose side is a power of two, got %dx%d;"
                + " use gilbert, which fits any rectangle",
            height, width);
  }

  private static long count(PixelOrder order, Move move) {
    return IntStream.range(1, order.size())
        .filter(step -> move(order.grid(), order.pixelAt(step - 1), order.pixelAt(step)) == move)
        .count();
  }

  private static Move move(Grid grid, int from, int to) {
    int rows = Math.abs(grid.row(from) - grid.row(to));
    int cols = Math.abs(grid.col(from) - grid.col(to));
    if (rows + cols == 1) {
      return Move.EDGE;
    }
    return rows == 1 && cols == 1 ? Move.DIAGONAL : Move.JUMP;
  }
}
