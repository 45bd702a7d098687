package org.lmconv.jobs.bench;

/**
 * What a row is measured against, and at which memory.
 *
 * @param peakRssMb most resident memory of a process that did nothing else, 10^6 bytes; null where
 *     it was not measured or the system does not tell
 * @param ratioToIm2col how many times faster than im2col; null without that
 * @param ratioToPlain time in units of that of the fused plain way; null without that
 */
record Comparison(Double peakRssMb, Double ratioToIm2col, Double ratioToPlain) {
  /** Of medians in milliseconds; null for a variant that was not measured. */
  static Comparison of(Double peakRssMb, double median, Double im2col, Double plain) {
    return new Comparison(
        peakRssMb, im2col == null ? null : im2col / median, plain == null ? null : median / plain);
  }

  /** Of a row that stands for itself. */
  static Comparison none(Double peakRssMb) {
    return new Comparison(peakRssMb, null, null);
  }
}
