package org.lmconv.jobs.data;

import java.util.Objects;
import org.apache.spark.Partitioner;

/** Sends an image index (Long) to the partition of the worker that owns its lane. */
final class LanePartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final Lanes lanes;

  LanePartitioner(Lanes lanes) {
    this.lanes = Objects.requireNonNull(lanes, "lanes");
  }

  @Override
  public int numPartitions() {
    return lanes.workers();
  }

  @Override
  public int getPartition(Object index) {
    return lanes.worker((Long) index);
  }

  // Spark skips a shuffle between equal partitioners.
  @Override
  public boolean equals(Object other) {
    return other instanceof LanePartitioner partitioner && lanes.equals(partitioner.lanes);
  }

  @Override
  public int hashCode() {
    return lanes.hashCode();
  }
}
