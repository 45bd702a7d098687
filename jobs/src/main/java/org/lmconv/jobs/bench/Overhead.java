package org.lmconv.jobs.bench;

import java.util.List;

/**
 * What a round costs beside training, of n workers and a model of m megabytes (10^6 bytes of
 * float32): a + b n + (c + d n) m.
 *
 * @param perRound a, seconds
 * @param perWorker b, seconds
 * @param perMegabyte c, seconds
 * @param perWorkerMegabyte d, seconds
 */
record Overhead(double perRound, double perWorker, double perMegabyte, double perWorkerMegabyte) {

  /** The nearest to what was measured, in the sense of least squares, without negative costs. */
  static Overhead fit(List<RoundRow> rows) {
    double[][] factors =
        rows.stream()
            .map(row -> factors(row.label().workers(), row.megabytes()))
            .toArray(double[][]::new);
    double[] seconds = rows.stream().mapToDouble(RoundRow::seconds).toArray();
    double[] fit = NonNegativeFit.of(factors, seconds);
    return new Overhead(fit[0], fit[1], fit[2], fit[3]);
  }

  private static double[] factors(int workers, double megabytes) {
    return new double[] {1, workers, megabytes, workers * megabytes};
  }

  /** Of a round. */
  double seconds(int workers, double megabytes) {
    return perRound + perWorker * workers + (perMegabyte + perWorkerMegabyte * workers) * megabytes;
  }

  /** For people. */
  String describe() {
    return "%.2f ms + %.2f ms per worker + %.3f ms per MB + %.3f ms per worker and MB"
        .formatted(1e3 * perRound, 1e3 * perWorker, 1e3 * perMegabyte, 1e3 * perWorkerMegabyte);
  }
}
