package org.lmconv.jobs.train;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.IndexedImage;

/** How the results of the workers come together. Each way gives the same bits. */
interface Exchange {
  /** More workers than this would send the driver more than it can sum as it comes. */
  int MOST_DIRECT = 8;

  /** The way for a number of workers. */
  static Exchange of(int workers) {
    return workers <= MOST_DIRECT ? new DirectExchange() : new SlicedExchange();
  }

  /**
   * Runs a round on the cluster.
   *
   * @param images one partition per worker
   * @throws TornRoundException if parts of two attempts of a worker came together
   */
  Combined run(JavaRDD<IndexedImage> images, Computation computation, Broadcast<RoundStart> start);

  /** Bytes of vectors that the driver receives in a round. */
  static long driverBytes(WorkerPlan plan) {
    int workers = plan.train().workers();
    long perElement =
        workers <= MOST_DIRECT
            ? workers * (long) Packed.bytesPerElement(plan.train().exchange().transport())
            : Float.BYTES;
    return plan.vectorsPerResult() * perElement * plan.parameters();
  }

  /**
   * How much a worker's vectors count: gradients are sums over images already, ways and moments are
   * averaged over them.
   */
  static double weight(RoundStart start, WorkerReport report) {
    return start.localSteps() == 1 ? 1 : report.images();
  }

  /** The sum or the average, by the same rule. */
  static float[] total(RoundStart start, WeightedAverage average) {
    return start.localSteps() == 1 ? average.sum() : average.mean();
  }
}
