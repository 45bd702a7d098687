package org.lmconv.jobs.data;

import java.io.Serializable;

/**
 * The places of a global batch. Image {@code index} belongs to lane {@code index mod globalBatch},
 * and each lane gives one image to each step. Worker w owns lanes w·batchSize to (w+1)·batchSize-1,
 * so the lanes, unlike the workers, stay what they are when another number of workers shares the
 * same global batch.
 *
 * @param workers number of workers
 * @param batchSize images per worker and step
 */
record Lanes(int workers, int batchSize) implements Serializable {

  /**
   * @throws IllegalArgumentException if a number is not positive or the global batch is beyond int
   */
  Lanes {
    if (workers < 1 || batchSize < 1 || (long) workers * batchSize > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "workers and batch size are at least 1 and their product fits an int, got %d and %d"
              .formatted(workers, batchSize));
    }
  }

  /** Images per step of all workers together: the number of lanes. */
  int globalBatch() {
    return workers * batchSize;
  }

  /** The worker that owns the lane of image {@code index}. */
  int worker(long index) {
    return (int) (index % globalBatch()) / batchSize;
  }
}
