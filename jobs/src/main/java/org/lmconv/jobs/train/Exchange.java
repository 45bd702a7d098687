package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.IndexedImage;

/** How the results of the workers come together. Each way gives the same bits. */
interface Exchange {
  /** More workers than this would send the driver more than it can sum as it comes. */
  int MOST_DIRECT = 8;

  /** What a worker does in a round. */
  @FunctionalInterface
  interface Computation extends Serializable {
    /** Runs in the worker's task; the first worker is 0. */
    WorkerResult run(List<IndexedImage> images, int worker, RoundStart start);
  }

  /** The way for a number of workers. */
  static Exchange of(int workers) {
    return workers <= MOST_DIRECT ? new DirectExchange() : new SlicedExchange();
  }

  /** Runs a round on the cluster: {@code images} have one partition per worker. */
  Combined run(JavaRDD<IndexedImage> images, Computation computation, Broadcast<RoundStart> start);

  /** Tasks of Spark for the workers: one partition in, one result out. */
  static JavaRDD<WorkerResult> results(
      JavaRDD<IndexedImage> images, Computation computation, Broadcast<RoundStart> start) {
    return images.mapPartitions(
        partition -> {
          List<IndexedImage> ofWorker = new ArrayList<>(); // references to the cached partition
          partition.forEachRemaining(ofWorker::add);
          int worker = TaskContext.getPartitionId();
          return List.of(computation.run(ofWorker, worker, start.value())).iterator();
        });
  }

  /** Bytes of vectors that the driver receives in a round. */
  static long driverBytes(WorkerPlan plan) {
    int workers = plan.train().workers();
    long perElement =
        workers <= MOST_DIRECT
            ? workers * (long) Packed.bytesPerElement(plan.train().transport())
            : Float.BYTES;
    return plan.vectorsPerResult() * perElement * plan.parameters();
  }
}
