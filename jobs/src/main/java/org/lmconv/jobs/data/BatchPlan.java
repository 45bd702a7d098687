package org.lmconv.jobs.data;

import org.lmconv.model.Seeds;

/**
 * Which images make the batch of which step. No step is stored: a step that is run a second time
 * gets the same images.
 *
 * <p>Image {@code index} belongs to lane {@code index mod globalBatch}. In each epoch each lane
 * visits its images in a random order of its own, one per step, for as many steps as the shortest
 * lane has images; a lane with one more leaves out another of its images in each epoch. The images
 * of a step therefore depend on the global batch, the seed and the step, and not on how many
 * workers share the batch.
 *
 * <p>Keeps the visiting orders of the last worker and epoch asked for: not for use by several
 * threads.
 */
public final class BatchPlan {
  private final long totalImages;
  private final int workers;
  private final int batchSize;
  private final int globalBatch;
  private final long seed;

  private int cachedWorker = -1;
  private long cachedEpoch = -1;
  private int[][] visits; // [batchSize][images of that lane]

  /**
   * @param totalImages of all workers together
   * @param batchSize images per worker and step
   * @throws IllegalArgumentException if a number is not positive, there are fewer images than one
   *     step of all workers takes, or more than an int can index per worker
   */
  public BatchPlan(long totalImages, int workers, int batchSize, long seed) {
    if (workers < 1 || batchSize < 1 || (long) workers * batchSize > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "workers and batch size are at least 1 and their product fits an int, got %d and %d"
              .formatted(workers, batchSize));
    }
    this.workers = workers;
    this.batchSize = batchSize;
    this.globalBatch = workers * batchSize;
    if (totalImages < globalBatch) {
      throw new IllegalArgumentException(
          "a step of %d workers × %d images needs %d images, got %d"
              .formatted(workers, batchSize, globalBatch, totalImages));
    }
    if ((totalImages / globalBatch + 1) * batchSize > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%d images are too many for %d workers; use more workers"
              .formatted(totalImages, workers));
    }
    this.totalImages = totalImages;
    this.seed = seed;
  }

  /** Steps until a lane begins again: images per lane, rounded down. */
  public long stepsPerEpoch() {
    return totalImages / globalBatch;
  }

  /** The epoch of global step {@code step}, both from 0. */
  public long epoch(long step) {
    return step / stepsPerEpoch();
  }

  /**
   * The batch of a worker: places in its partition, which holds the images of its lanes by index.
   *
   * @param worker from 0
   * @param step of all workers, from 0
   * @return [batchSize], one place per lane, in the order of the lanes
   * @throws IllegalArgumentException if there is no such worker or step
   */
  public int[] positions(int worker, long step) {
    if (worker < 0 || worker >= workers || step < 0) {
      throw new IllegalArgumentException(
          "no worker %d of %d at step %d".formatted(worker, workers, step));
    }
    int[][] orders = visits(worker, epoch(step));
    int place = (int) (step % stepsPerEpoch());
    int[] positions = new int[batchSize];
    for (int i = 0; i < positions.length; i++) {
      // Every run of batchSize places in the partition holds one image of each lane; the last run
      // may be short, but it lacks only its end.
      positions[i] = orders[i][place] * batchSize + i;
    }
    return positions;
  }

  private int[][] visits(int worker, long epoch) {
    if (worker != cachedWorker || epoch != cachedEpoch) {
      visits = new int[batchSize][];
      for (int i = 0; i < visits.length; i++) {
        int lane = worker * batchSize + i;
        long laneSeed = Seeds.of(seed, Seeds.Purpose.VISIT, lane, epoch);
        visits[i] = Seeds.permutation(laneSeed, laneSize(lane));
      }
      cachedWorker = worker;
      cachedEpoch = epoch;
    }
    return visits;
  }

  private int laneSize(int lane) {
    long longer = totalImages % globalBatch; // the first lanes have one image more
    return (int) (stepsPerEpoch() + (lane < longer ? 1 : 0));
  }
}
