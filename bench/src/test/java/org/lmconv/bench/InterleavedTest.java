package org.lmconv.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmconv.bench.Question.Turn;

class InterleavedTest {
  private final StringBuilder ran = new StringBuilder();

  private Turn turn(String name) {
    return new Turn(name, () -> ran.append(name));
  }

  @Test
  void turnsAreTakenOneAfterTheOther() {
    List<String> told = new ArrayList<>();
    List<Times> times = new Interleaved(1, 3, 60).measure(List.of(turn("a"), turn("b")), told::add);
    assertThat(ran).hasToString("abababab");
    assertThat(times).extracting(Times::repetitions).containsExactly(3, 3);
    assertThat(told).startsWith("warm-up 1/1 of a").endsWith("repetition 3/3 of b");
  }

  @Test
  void whatTakesTooLongStopsAfterThreeWhateverTheOthersDo() {
    Turn slow = new Turn("s", () -> sleep(20));
    List<Times> times = new Interleaved(0, 5, 0.015).measure(List.of(slow, turn("b")), told -> {});
    assertThat(times).extracting(Times::repetitions).containsExactly(3, 5);
    assertThat(times.get(0).minMs()).isGreaterThanOrEqualTo(20);
  }

  private static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
