package org.lmconv.jobs.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.model.parameter.ParameterVector;
import scala.Tuple2;

/**
 * The workers cut their vectors into slices and shuffle them, so that each slice is summed on an
 * executor and the driver receives one model, however many workers there are.
 */
final class SlicedExchange implements Exchange {
  @Override
  public Combined run(
      JavaRDD<IndexedImage> images, Computation computation, Broadcast<RoundStart> start) {
    int workers = images.getNumPartitions();
    JavaPairRDD<Integer, Slice> slices =
        images
            .mapPartitions(new WorkerTask(computation, start))
            .mapPartitionsToPair(results -> cut(results.next(), workers));
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

  private static Iterator<Tuple2<Integer, Slice>> cut(WorkerResult result, int count) {
    List<Slice> slices = Slice.of(TaskContext.getPartitionId(), result, count);
    List<Tuple2<Integer, Slice>> keyed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keyed.add(new Tuple2<>(i, slices.get(i)));
    }
    return keyed.iterator();
  }

  private static SliceSum sum(Iterator<Slice> parts, int workers, RoundStart start) {
    int index = TaskContext.getPartitionId();
    List<Slice> slices = new ArrayList<>();
    parts.forEachRemaining(slices::add);
    slices.sort(Comparator.comparingInt(Slice::worker));
    for (int worker = 0; worker < workers; worker++) {
      if (slices.size() != workers || slices.get(worker).worker() != worker) {
        throw new IllegalStateException(
            "slice %d has %s instead of one part of each of %d workers"
                .formatted(index, slices.stream().map(Slice::worker).toList(), workers));
      }
    }
    return SliceSum.of(start, index, slices);
  }

  /** Puts the slices together. */
  static Combined combined(List<SliceSum> slices, RoundStart start) {
    requireSameAttempts(slices);
    List<ParameterVector> vectors = new ArrayList<>();
    boolean failed = slices.stream().anyMatch(slice -> slice.vectors().isEmpty());
    int count = failed ? 0 : slices.get(0).vectors().size();
    for (int vector = 0; vector < count; vector++) {
      vectors.add(joined(slices, vector, start.parameters().size()));
    }
    List<WorkerReport> reports = slices.get(0).reports();
    long sent = slices.stream().mapToLong(SliceSum::sentBytes).sum();
    long received = slices.stream().mapToLong(SliceSum::bytes).sum();
    return new Combined(reports, vectors, sent, received);
  }

  private static ParameterVector joined(List<SliceSum> slices, int vector, int size) {
    float[] values = new float[size];
    for (int i = 0; i < slices.size(); i++) {
      float[] part = slices.get(i).vectors().get(vector);
      System.arraycopy(part, 0, values, Slice.start(size, i, slices.size()), part.length);
    }
    return new ParameterVector(values);
  }

  /** Spark may run a worker again when an executor is lost between the slices. */
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
