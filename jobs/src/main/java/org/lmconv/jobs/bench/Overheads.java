package org.lmconv.jobs.bench;

import java.util.List;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.train.RoundOverhead;

/**
 * The costs of rounds as they were measured. Direct and sliced exchanges are different work, so
 * each has a fit of its own where it was measured with two numbers of workers; else that of all
 * rows.
 *
 * @param rows of two numbers of workers or more
 */
record Overheads(List<RoundRow> rows) {
  /** Two points make a line. */
  private static final int LEAST = 2;

  /**
   * @throws UserError if fewer were measured
   */
  Overheads {
    rows = List.copyOf(rows);
    requireEnough(rows.stream().map(row -> row.label().workers()).toList());
  }

  /**
   * To be called before anything is measured, too.
   *
   * @throws UserError if these are not two numbers of workers
   */
  static void requireEnough(List<Integer> workers) {
    List<Integer> different = workers.stream().distinct().toList();
    if (different.size() < LEAST) {
      throw new UserError(
          "bench.workers=%s: plan needs two numbers of workers that run at once, such as [1, 2]"
              .formatted(different));
    }
  }

  private static long counts(List<RoundRow> rows) {
    return rows.stream().mapToInt(row -> row.label().workers()).distinct().count();
  }

  /** The one for rounds of so many workers. */
  Overhead of(int workers) {
    List<RoundRow> same = sameExchange(workers);
    return Overhead.fit(counts(same) < LEAST ? rows : same);
  }

  /** Whether rounds of the kind that so many workers have were measured. */
  boolean knowsExchange(int workers) {
    return !sameExchange(workers).isEmpty();
  }

  private List<RoundRow> sameExchange(int workers) {
    String exchange = RoundOverhead.exchange(workers);
    return rows.stream().filter(row -> row.label().exchange().equals(exchange)).toList();
  }

  /** The most workers that were measured. */
  int mostWorkers() {
    return rows.stream().mapToInt(row -> row.label().workers()).max().orElseThrow();
  }

  /** How far the fits are off at the most, as a share, of rounds of the largest model. */
  double worstError() {
    double largest = rows.stream().mapToDouble(RoundRow::megabytes).max().orElseThrow();
    return rows.stream()
        .filter(row -> row.megabytes() == largest)
        .mapToDouble(
            row ->
                Math.abs(
                    of(row.label().workers()).seconds(row.label().workers(), largest)
                            / row.seconds()
                        - 1))
        .max()
        .orElseThrow();
  }
}
