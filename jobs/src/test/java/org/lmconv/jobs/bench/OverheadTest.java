package org.lmconv.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.train.RoundOverhead;

class OverheadTest {
  private static final List<Integer> SIZES = List.of(10_000, 2_500_000, 10_000_000);

  /** Rows of these numbers of workers that take so many seconds, of workers and megabytes. */
  static List<RoundRow> rows(List<Integer> workers, ToDoubleBiFunction<Integer, Double> seconds) {
    List<RoundRow> rows = new ArrayList<>();
    for (int count : workers) {
      for (int size : SIZES) {
        double ms = 1e3 * seconds.applyAsDouble(count, 4e-6 * size);
        rows.add(
            new RoundRow(
                new RoundRow.Label(
                    "round",
                    "round",
                    count,
                    size,
                    "float32",
                    RoundOverhead.exchange(count),
                    "cpu",
                    1,
                    "local[4]"),
                new Times(ms, ms, ms, ms, 3),
                new RoundRow.Parts(0, ms, 0, 0, 0, 0)));
      }
    }
    return rows;
  }

  private static void assertFits(Overhead fit, double a, double b, double c, double d) {
    assertThat(fit.perRound()).as("a").isCloseTo(a, within(1e-9));
    assertThat(fit.perWorker()).as("b").isCloseTo(b, within(1e-9));
    assertThat(fit.perMegabyte()).as("c").isCloseTo(c, within(1e-9));
    assertThat(fit.perWorkerMegabyte()).as("d").isCloseTo(d, within(1e-9));
  }

  @Test
  void findsTheCostsThatMadeTheTimes() {
    Overhead costs = new Overhead(0.02, 0.003, 0.004, 0.0005);
    Overhead fit = Overhead.fit(rows(List.of(1, 2, 4), costs::seconds));
    assertFits(fit, 0.02, 0.003, 0.004, 0.0005);
    assertThat(fit.seconds(8, 10)).isCloseTo(0.02 + 0.024 + 0.04 + 0.04, within(1e-9));
  }

  @Test
  void costsThatDoNotExistAreZero() {
    assertFits(
        Overhead.fit(rows(List.of(1, 2, 4), (workers, megabytes) -> 0.01 * workers)),
        0,
        0.01,
        0,
        0);
  }

  @Test
  void noCostIsNegative() {
    // Ordinary least squares has b = −0.001; without it, the best constant is the mean.
    Overhead fit =
        Overhead.fit(rows(List.of(1, 3), (workers, megabytes) -> 0.02 - 0.001 * workers));
    assertFits(fit, 0.018, 0, 0, 0);
  }

  @Test
  void theBestOfNonNegativeFitsIsTaken() {
    // Without the bounds x = −1, y = 2. With x = 0: y = (2·3 + 1·1) / 5.
    double[][] rows = {{1, 2}, {1, 1}};
    assertThat(NonNegativeFit.of(rows, new double[] {3, 1}))
        .containsExactly(new double[] {0, 1.4}, within(1e-12));
    // Columns that are the same: one of them has it all.
    assertThat(NonNegativeFit.of(new double[][] {{1, 1}, {2, 2}}, new double[] {3, 6}))
        .containsExactly(new double[] {3, 0}, within(1e-12));
  }

  @Test
  void eachExchangeHasItsOwnCosts() {
    ToDoubleBiFunction<Integer, Double> seconds =
        (workers, megabytes) -> workers <= 8 ? 0.001 * workers : 0.5;
    Overheads both = new Overheads(rows(List.of(2, 4, 10, 12), seconds));
    assertThat(both.of(8).seconds(8, 1)).isCloseTo(0.008, within(1e-9));
    assertThat(both.of(16).seconds(16, 1)).isCloseTo(0.5, within(1e-9));
    assertThat(both.mostWorkers()).isEqualTo(12);
    assertThat(both.worstError()).isCloseTo(0, within(1e-9));
    Overheads direct = new Overheads(rows(List.of(2, 4), seconds));
    assertThat(direct.of(16).seconds(16, 1)).isCloseTo(0.016, within(1e-9));
    assertThat(direct.knowsExchange(8)).isTrue();
    assertThat(direct.knowsExchange(9)).isFalse();
  }

  @Test
  void tellsHowFarAFitIsOff() {
    Overheads off =
        new Overheads(rows(List.of(1, 2, 3), (workers, megabytes) -> Math.min(2.0, workers)));
    // Least squares: slope 1/2, mean 5/3, so 7/6, 5/3 and 13/6: off by 1/6, 1/6 and 1/12.
    assertThat(off.worstError()).isCloseTo(1 / 6.0, within(1e-9));
  }

  @Test
  void oneNumberOfWorkersIsTooFew() {
    List<RoundRow> rows = rows(List.of(4), (workers, megabytes) -> 1);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> new Overheads(rows))
        .withMessage(
            "bench.workers=[4]: plan needs two numbers of workers that run at once, such as [1, 2]");
  }
}
