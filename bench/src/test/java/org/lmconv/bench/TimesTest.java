package org.lmconv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimesTest {
  @Test
  void ofOne() {
    assertThat(Times.of(List.of(7.0))).isEqualTo(new Times(7, 7, 7, 7, 1));
  }

  @Test
  void ofAnEvenNumberTheMedianIsBetweenTheTwoInTheMiddle() {
    Times times = Times.of(List.of(4.0, 1.0, 3.0, 10.0));
    assertThat(times.medianMs()).isEqualTo(3.5);
    assertThat(times.minMs()).isEqualTo(1);
    assertThat(times.repetitions()).isEqualTo(4);
  }

  @Test
  void theSpreadIsFromTheFirstToTheLastTenth() {
    List<Double> shuffled =
        IntStream.rangeClosed(0, 10).mapToObj(i -> 10.0 * (i * 7 % 11)).toList();
    assertThat(Times.of(shuffled)).isEqualTo(new Times(50, 0, 10, 90, 11));
  }

  @Test
  void anOutlierMovesTheMedianOfManyByNothing() {
    List<Double> times = new ArrayList<>(Collections.nCopies(14, 2.0));
    times.add(1e6);
    assertThat(Times.of(times)).isEqualTo(new Times(2, 2, 2, 2, 15));
  }

  @Test
  void quantilesAreOnTheLineBetweenNeighbours() {
    // Place 0.1 * 4 = 0.4 of the way from 0 to 1, and 0.6 of that from 9 to 10.
    Times times = Times.of(List.of(0.0, 1.0, 5.0, 9.0, 10.0));
    assertThat(times.p10Ms()).isCloseTo(0.4, within(1e-12));
    assertThat(times.p90Ms()).isCloseTo(9.6, within(1e-12));
  }
}
