package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The same slice of all workers, summed or averaged.
 *
 * @param fingerprints of the workers, in their order
 * @param reports of the workers in the first slice, none in others, which would only repeat them
 * @param sentBytes of the slices
 * @param vectors empty if a worker failed
 */
record SliceSum(
    long[] fingerprints, List<WorkerReport> reports, long sentBytes, List<float[]> vectors)
    implements Serializable {

  /**
   * Adds up in the order of the workers.
   *
   * @param slices one of each worker, in that order
   */
  static SliceSum of(RoundStart start, int index, List<Slice> slices) {
    long[] fingerprints = slices.stream().mapToLong(Slice::fingerprint).toArray();
    List<WorkerReport> reports =
        index == 0 ? slices.stream().map(Slice::report).toList() : List.of();
    boolean failed = slices.stream().anyMatch(slice -> slice.vectors().isEmpty());
    long sent = slices.stream().mapToLong(Slice::bytes).sum();
    return new SliceSum(fingerprints, reports, sent, failed ? List.of() : sums(start, slices));
  }

  private static List<float[]> sums(RoundStart start, List<Slice> slices) {
    List<float[]> sums = new ArrayList<>();
    for (int vector = 0; vector < slices.get(0).vectors().size(); vector++) {
      WeightedAverage average = new WeightedAverage(slices.get(0).vectors().get(vector).size());
      for (Slice slice : slices) {
        average.add(slice.vectors().get(vector), Exchange.weight(start, slice.report()));
      }
      sums.add(Exchange.total(start, average));
    }
    return sums;
  }

  long bytes() {
    return vectors.stream().mapToLong(vector -> (long) vector.length * Float.BYTES).sum();
  }
}
