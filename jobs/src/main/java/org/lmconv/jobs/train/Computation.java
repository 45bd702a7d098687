package org.lmconv.jobs.train;

import java.io.Serializable;
import java.util.List;
import org.lmconv.jobs.data.IndexedImage;

/** What a worker does in a round. */
@FunctionalInterface
interface Computation extends Serializable {
  /**
   * Runs in the worker's task.
   *
   * @param images of the worker
   * @param worker from 0
   */
  WorkerResult run(List<IndexedImage> images, int worker, RoundStart start);
}
