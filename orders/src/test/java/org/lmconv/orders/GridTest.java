package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.orders.Any.Seeded;

class GridTest {
  @Seeded
  void rowAndColumnNameThePixel(int seed) {
    Grid grid = new Any(seed).grid();
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      assertThat(grid.contains(grid.row(pixel), grid.col(pixel))).isTrue();
      assertThat(grid.pixel(grid.row(pixel), grid.col(pixel))).isEqualTo(pixel);
    }
  }

  @Test
  void heightComesBeforeWidth() {
    Grid grid = new Grid(2, 3);
    assertThat(grid).hasToString("2x3");
    assertThat(grid.contains(1, 2)).isTrue();
    assertThat(grid.contains(2, 1)).isFalse();
    assertThat(grid.contains(-1, 0)).isFalse();
    assertThat(grid.contains(0, -1)).isFalse();
    assertThat(grid.isSquare()).isFalse();
    assertThat(new Grid(3, 3).isSquare()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5, 'grid 0x5 has no pixels; height and width must be at least 1'",
    "65536, 65536, grid 65536x65536 has more than 2147483647 pixels"
  })
  void refusesAGridWithNoneOrTooManyPixels(int height, int width, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Grid(height, width))
        .withMessage(message);
  }

  @Test
  void refusesAPlaceOutside() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Grid(2, 3).pixel(0, 3))
        .withMessage("row 0, column 3 is outside the grid 2x3");
  }
}
