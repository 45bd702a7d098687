package org.lmconv.bench;

import java.util.List;

/**
 * Times of repetitions, in milliseconds.
 *
 * @param medianMs half took less
 * @param minMs the shortest
 * @param p10Ms a tenth took less
 * @param p90Ms a tenth took more
 * @param repetitions how many
 */
record Times(double medianMs, double minMs, double p10Ms, double p90Ms, int repetitions) {

  /** Of at least one repetition. */
  static Times of(List<Double> milliseconds) {
    double[] sorted = milliseconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Times(
        quantile(sorted, 0.5),
        sorted[0],
        quantile(sorted, 0.1),
        quantile(sorted, 0.9),
        sorted.length);
  }

  /** The times of so many times as much. */
  Times times(double factor) {
    return new Times(
        factor * medianMs, factor * minMs, factor * p10Ms, factor * p90Ms, repetitions);
  }

  /** On the straight line between the two neighbours. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
