package org.lmconv.jobs.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.data.IndexedImage;

/** A worker's part of a round as a task of Spark: one partition in, one result out. */
final class WorkerTask implements FlatMapFunction<Iterator<IndexedImage>, WorkerResult> {
  private static final long serialVersionUID = 1;

  private final Computation computation;
  private final Broadcast<RoundStart> start;

  WorkerTask(Computation computation, Broadcast<RoundStart> start) {
    this.computation = computation;
    this.start = start;
  }

  @Override
  public Iterator<WorkerResult> call(Iterator<IndexedImage> partition) {
    List<IndexedImage> images = new ArrayList<>(); // references to the cached partition
    partition.forEachRemaining(images::add);
    int worker = TaskContext.getPartitionId();
    return List.of(computation.run(images, worker, start.value())).iterator();
  }
}
