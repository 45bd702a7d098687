package org.lmconv.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Levels of subpixels. */
class PixelLevelsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0, -1",
    "1, 127, -1",
    "1, 128, 1",
    "1, 255, 1",
    "2, 0, -1",
    "2, 64, -0.33333334",
    "2, 128, 0.33333334",
    "2, 255, 1",
    "5, 7, -1",
    "5, 8, -0.9354839",
    "5, 255, 1",
    "8, 0, -1",
    "8, 1, -0.99215686",
    "8, 128, 0.003921569",
    "8, 255, 1",
  })
  void inputOfAStoredValue(int bits, int pixel, float input) {
    assertThat(new PixelLevels(bits).input(pixel)).isEqualTo(input);
  }

  @Test
  void aSignedByteIsReadAsUnsigned() {
    PixelLevels levels = new PixelLevels(8);
    assertThat(levels.input((byte) 0xC8)).isEqualTo(levels.input(200)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void levelsAreEvenlySpreadFromMinusOneToOne(int bits) {
    PixelLevels levels = new PixelLevels(bits);
    assertThat(levels.count()).isEqualTo((int) Math.pow(2, bits));
    assertThat(levels.inputOfLevel(0)).isEqualTo(-1);
    assertThat(levels.inputOfLevel(levels.count() - 1)).isEqualTo(1);
    for (int pixel = 0; pixel < 256; pixel++) {
      int level = pixel / (256 / levels.count());
      assertThat(levels.input(pixel)).isEqualTo(levels.inputOfLevel(level));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, -1})
  void refusesOtherNumbersOfBits(int bits) {
    assertThatThrownBy(() -> new PixelLevels(bits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bits per subpixel is 1 to 8, got " + bits);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyLevelIsStoredAsAPixelThatReadsAsIt(int bits) {
    PixelLevels levels = new PixelLevels(bits);
    for (int level = 0; level < levels.count(); level++) {
      float input = levels.inputOfLevel(level);
      assertThat(levels.input(levels.pixel(input))).isEqualTo(input);
      assertThat(levels.nearest(input)).isEqualTo(input);
      double half = 1.0 / (levels.count() - 1);
      assertThat(levels.nearest(input + 0.99 * half)).isEqualTo(input);
      assertThat(levels.nearest(input - 0.99 * half)).isEqualTo(input);
    }
    assertThat(levels.pixel(-1)).isZero();
    assertThat(levels.pixel(1)).isEqualTo(255);
    assertThat(levels.nearest(-1e9)).isEqualTo(-1);
    assertThat(levels.nearest(1e9)).isEqualTo(1);
  }
}
