package org.lmconv.jobs.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0:00",
    "0.4, 0:00",
    "59.4, 0:59",
    "59.6, 1:00",
    "61, 1:01",
    "3599.4, 59:59",
    "3599.6, 1:00:00",
    "7384, 2:03:04",
    "360000, 100:00:00"
  })
  void tellsTimeAsAClock(double seconds, String clock) {
    assertThat(Clock.of(seconds)).isEqualTo(clock);
  }
}
