package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;
import org.lmconv.model.parameter.ParameterVector;
import scala.Tuple2;

/**
 * The workers cut their vectors into slices and shuffle them, so that each slice is summed on an
 * executor and the driver receives one model, however many workers there are.
 */
final class SlicedExchange implements Exchange {
  /** Times that a round is tried again whose parts do not belong together. */
  private static final int RETRIES = 3;

  /**
   * A part of what one worker made of a round.
   *
   * @param fingerprint of all the vectors of the worker: two attempts that made different ones
   *     differ in it
   * @param vectors the same stretch of each
   */
  record Slice(int worker, WorkerReport report, long fingerprint, List<Packed> vectors)
      implements Serializable {}

  /**
   * The same slice of all workers, summed or averaged.
   *
   * @param fingerprints of the workers, in their order
   * @param reports of the workers in the first slice, none in others, which would only repeat them
   * @param vectors none if a worker failed
   */
  record SliceSum(
      long[] fingerprints, List<WorkerReport> reports, long sentBytes, List<float[]> vectors)
      implements Serializable {

    long bytes() {
      return vectors.stream().mapToLong(vector -> (long) vector.length * Float.BYTES).sum();
    }
  }

  /** A round whose parts come from attempts of one worker that differ in their results. */
  static final class TornRoundException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TornRoundException(String message) {
      super(message);
    }
  }

  @Override
  public Combined run(
      JavaRDD<IndexedImage> images, Computation computation, Broadcast<RoundStart> start) {
    return untorn(() -> once(images, computation, start));
  }

  /** Spark may run a worker again when an executor is lost between the slices. */
  static Combined untorn(Supplier<Combined> round) {
    for (int attempt = 0; ; attempt++) {
      try {
        return round.get();
      } catch (TornRoundException e) {
        if (attempt == RETRIES) {
          throw e;
        }
      }
    }
  }

  private static Combined once(
      JavaRDD<IndexedImage> images, Computation computation, Broadcast<RoundStart> start) {
    int workers = images.getNumPartitions();
    JavaPairRDD<Integer, Slice> slices =
        Exchange.results(images, computation, start)
            .mapPartitionsToPair(results -> keyed(results.next(), workers));
    JavaRDD<SliceSum> sums =
        slices
            .partitionBy(new HashPartitioner(workers)) // whole numbers are their own hashes
            .values()
            .mapPartitions(parts -> List.of(sum(parts, workers, start.value())).iterator());
    try {
      return combined(sums.collect(), start.value());
    } finally {
      // Else the slices of all rounds stay on the executors' disks until the driver's garbage is
      // collected. The shuffle before the images stays: they are persisted.
      sums.rdd().cleanShuffleDependencies(false);
    }
  }

  private static Iterator<Tuple2<Integer, Slice>> keyed(WorkerResult result, int count) {
    List<Slice> slices = cut(TaskContext.getPartitionId(), result, count);
    return IntStream.range(0, count).mapToObj(i -> new Tuple2<>(i, slices.get(i))).iterator();
  }

  /** Cuts a result into as many slices of nearly the same length. */
  static List<Slice> cut(int worker, WorkerResult result, int count) {
    CRC32C crc = new CRC32C();
    result.vectors().forEach(vector -> vector.update(crc));
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      List<Packed> vectors =
          result.vectors().stream()
              .map(
                  vector ->
                      vector.slice(
                          start(vector.size(), index, count),
                          start(vector.size(), index + 1, count)))
              .toList();
      slices.add(new Slice(worker, result.report(), crc.getValue(), vectors));
    }
    return slices;
  }

  /** The first element of slice {@code index} of {@code count}. */
  private static int start(int size, int index, int count) {
    return (int) ((long) size * index / count);
  }

  private static SliceSum sum(Iterator<Slice> parts, int workers, RoundStart start) {
    int index = TaskContext.getPartitionId();
    List<Slice> slices = new ArrayList<>();
    parts.forEachRemaining(slices::add);
    slices.sort(Comparator.comparingInt(Slice::worker));
    List<Integer> present = slices.stream().map(Slice::worker).toList();
    if (!present.equals(IntStream.range(0, workers).boxed().toList())) {
      throw new IllegalStateException(
          "slice %d has %s instead of one part of each of %d workers"
              .formatted(index, present, workers));
    }
    return sum(start, index, slices);
  }

  /**
   * Adds up in the order of the workers.
   *
   * @param slices one of each worker, in that order
   */
  static SliceSum sum(RoundStart start, int index, List<Slice> slices) {
    VectorSums sums = new VectorSums(start);
    slices.forEach(slice -> sums.add(slice.report(), slice.vectors()));
    return new SliceSum(
        slices.stream().mapToLong(Slice::fingerprint).toArray(),
        index == 0 ? slices.stream().map(Slice::report).toList() : List.of(),
        slices.stream().flatMap(slice -> slice.vectors().stream()).mapToLong(Packed::bytes).sum(),
        sums.totals());
  }

  /** Puts the slices together. */
  static Combined combined(List<SliceSum> slices, RoundStart start) {
    requireSameAttempts(slices);
    boolean failed = slices.stream().anyMatch(slice -> slice.vectors().isEmpty());
    int count = failed ? 0 : slices.get(0).vectors().size();
    List<ParameterVector> vectors =
        IntStream.range(0, count)
            .mapToObj(vector -> joined(slices, vector, start.parameters().size()))
            .toList();
    return new Combined(
        slices.get(0).reports(),
        vectors,
        slices.stream().mapToLong(SliceSum::sentBytes).sum(),
        slices.stream().mapToLong(SliceSum::bytes).sum());
  }

  private static ParameterVector joined(List<SliceSum> slices, int vector, int size) {
    float[] values = new float[size];
    for (int i = 0; i < slices.size(); i++) {
      float[] part = slices.get(i).vectors().get(vector);
      System.arraycopy(part, 0, values, start(size, i, slices.size()), part.length);
    }
    return new ParameterVector(values);
  }

  private static void requireSameAttempts(List<SliceSum> slices) {
    long[] first = slices.get(0).fingerprints();
    for (SliceSum slice : slices) {
      int worker = Arrays.mismatch(first, slice.fingerprints());
      if (worker >= 0) {
        throw new TornRoundException(
            "slices of worker %d come from attempts with different results".formatted(worker));
      }
    }
  }
}
