package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.conf.Keys.IngestKeys;
import org.lmconv.model.ImageShape;

class ShapingTest {
  /** 2 rows, 4 columns. */
  private static final Pixels WIDE = grey(2, 10, 20, 30, 40, 50, 60, 70, 80);

  @Test
  void leavesWhatFits() {
    assertThat(shaping("ingest.size=2x4").apply(WIDE)).isSameAs(WIDE);
    assertThat(shaping().apply(WIDE)).isSameAs(WIDE);
  }

  @Test
  void cutsOutTheMiddle() {
    assertThat(shaping("ingest.size=2x2").apply(WIDE)).satisfies(p -> is(p, 20, 30, 60, 70));
    Pixels tall = grey(4, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(shaping("ingest.size=2x2").apply(tall)).satisfies(p -> is(p, 3, 4, 5, 6));
  }

  @Test
  void fitsWithBars() {
    Pixels pixels =
        shaping("ingest.size=4x4", "ingest.resize=fit", "ingest.background=070707").apply(WIDE);
    is(pixels, 7, 7, 7, 7, 10, 20, 30, 40, 50, 60, 70, 80, 7, 7, 7, 7);
  }

  @Test
  void barsHaveTheColourOfTheBackground() {
    Pixels red = new Pixels(new ImageShape(3, 1, 2), new byte[] {90, 0, 0, 90, 0, 0});
    Pixels pixels =
        shaping("ingest.size=2x2", "ingest.resize=fit", "ingest.background=010203").apply(red);
    is(pixels, 90, 0, 0, 90, 0, 0, 1, 2, 3, 1, 2, 3);
  }

  @Test
  void shrinkingAveragesAllPixels() {
    // Alternating columns: any filter that leaves pixels out would give 0 or 200.
    byte[] stripes = new byte[32 * 32];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = (byte) (i % 2 * 200);
    }
    Pixels pixels =
        shaping("ingest.size=4x4").apply(new Pixels(new ImageShape(1, 32, 32), stripes));
    for (byte value : pixels.values()) {
      assertThat(value & 0xFF).isBetween(94, 106);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aFlatPictureStaysFlat(int channels) {
    byte[] flat = new byte[channels * 50 * 30];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (byte) (100 + 50 * (i % channels));
    }
    Pixels picture = new Pixels(new ImageShape(channels, 50, 30), flat);
    for (String size : new String[] {"16x16", "70x90", "1x1"}) {
      Pixels pixels = shaping("ingest.size=" + size, "ingest.resize=stretch").apply(picture);
      assertThat(pixels.shape().channels()).isEqualTo(channels);
      for (int i = 0; i < pixels.values().length; i++) {
        // Weights are rounded.
        assertThat(pixels.values()[i] & 0xFF)
            .isBetween(99 + 50 * (i % channels), 101 + 50 * (i % channels));
      }
    }
  }

  @Test
  void coloursBecomeGreyAndGreyColours() {
    byte[] colours = {-1, 0, 0, 0, -1, 0, 0, 0, -1, -1, -1, -1};
    Pixels pixels = new Pixels(new ImageShape(3, 1, 4), colours);
    is(shaping("ingest.channels=1").apply(pixels), 76, 150, 29, 255);
    is(shaping("ingest.channels=3").apply(grey(1, 7, 9)), 7, 7, 7, 9, 9, 9);
  }

  private static Shaping shaping(String... words) {
    return Shaping.of(Ingests.config(words).as(IngestKeys.class).ingest());
  }

  private static Pixels grey(int height, int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Pixels(new ImageShape(1, height, values.length / height), bytes);
  }

  private static void is(Pixels pixels, int... values) {
    int[] found = new int[pixels.values().length];
    Arrays.setAll(found, i -> pixels.values()[i] & 0xFF);
    assertThat(found).containsExactly(values);
  }
}
