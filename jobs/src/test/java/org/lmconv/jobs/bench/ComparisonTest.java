package org.lmconv.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lmconv.jobs.bench.Growths.Growth;

class ComparisonTest {
  @Test
  void comparesMedians() {
    assertThat(Comparison.of(300.0, 8, 40.0, 5.0)).isEqualTo(new Comparison(300.0, 5.0, 1.6));
  }

  @Test
  void ofWhatWasNotMeasuredIsNull() {
    assertThat(Comparison.of(null, 8, null, null)).isEqualTo(Comparison.none(null));
  }

  @Test
  void growthIsNullWhereTheSystemDoesNotTell() {
    assertThat(Growth.of(9, 100.0, 103.5)).isEqualTo(new Growth(9, 100.0, 103.5, 3.5));
    assertThat(Growth.of(9, null, null).growthMb()).isNull();
  }

  @Test
  void theErrorOfAGradientIsInUnitsOfItsLargestElement() {
    assertThat(PrecisionAnswer.error(new float[] {1, -3, 0}, new float[] {1, -4, 0.5f}))
        .isEqualTo(0.25);
  }
}
