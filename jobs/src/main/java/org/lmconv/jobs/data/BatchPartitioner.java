package org.lmconv.jobs.data;

import org.apache.spark.Partitioner;

/** Keeps the images of a batch together, by their index. */
final class BatchPartitioner extends Partitioner {
  private static final long serialVersionUID = 1;

  private final int batchSize;
  private final int partitions;

  BatchPartitioner(int batchSize, int partitions) {
    this.batchSize = batchSize;
    this.partitions = partitions;
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object index) {
    return (int) ((Long) index / batchSize % partitions);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BatchPartitioner batches
        && batches.batchSize == batchSize
        && batches.partitions == partitions;
  }

  @Override
  public int hashCode() {
    return 31 * batchSize + partitions;
  }
}
