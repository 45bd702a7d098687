package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A part of what one worker made of a round.
 *
 * @param worker from 0
 * @param report how the whole round of the worker went
 * @param fingerprint of all the vectors of the worker: two attempts that made different ones differ
 *     in it
 * @param vectors the same stretch of each
 */
record Slice(int worker, WorkerReport report, long fingerprint, List<Packed> vectors)
    implements Serializable {

  /** Cuts a result into as many slices of nearly the same length. */
  static List<Slice> of(int worker, WorkerResult result, int count) {
    long fingerprint = fingerprint(result.vectors());
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Packed> vectors = new ArrayList<>();
      for (Packed vector : result.vectors()) {
        vectors.add(
            vector.slice(start(vector.size(), i, count), start(vector.size(), i + 1, count)));
      }
      slices.add(new Slice(worker, result.report(), fingerprint, vectors));
    }
    return slices;
  }

  /** The first element of slice {@code index} of {@code count}. */
  static int start(int size, int index, int count) {
    return (int) ((long) size * index / count);
  }

  /** Bytes of the vectors. */
  long bytes() {
    return vectors.stream().mapToLong(Packed::bytes).sum();
  }

  private static long fingerprint(List<Packed> vectors) {
    CRC32C crc = new CRC32C();
    vectors.forEach(vector -> vector.update(crc));
    return crc.getValue();
  }
}
