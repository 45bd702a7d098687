package org.lmconv.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.orders.Grid;

/** Shapes of images. */
class ImageShapeTest {
  @Test
  void countsDimensionsPerSubpixel() {
    ImageShape shape = new ImageShape(3, 32, 16);
    assertThat(shape.dimensions()).isEqualTo(1536);
    assertThat(shape.grid()).isEqualTo(new Grid(32, 16));
    assertThat(shape).hasToString("32x16x3");
  }

  /** A uniform guess among 256 levels costs 8 bits per subpixel. */
  @Test
  void bitsPerDimensionOfTheUniformGuess() {
    ImageShape shape = new ImageShape(3, 32, 32);
    double nats = 3072 * Math.log(256);
    // Double arithmetic: a few ulps of 8.
    assertThat(shape.bitsPerDimension(nats)).isCloseTo(8, within(1e-14));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 8, 8, 'images have 1 or 3 channels, got 2; convert them first'",
    "0, 8, 8, 'images have 1 or 3 channels, got 0; convert them first'",
    "1, 0, 8, 'images have at least one pixel, got 0x8'",
    "3, 8, -1, 'images have at least one pixel, got 8x-1'",
  })
  void refusesWhatIsNoImage(int channels, int height, int width, String message) {
    assertThatThrownBy(() -> new ImageShape(channels, height, width))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
