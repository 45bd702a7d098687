package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.conf.IngestConfig;

/** The Spark job that reads the pieces of a source and writes part files. */
final class IngestJob {
  private final SparkSession spark;
  private final IngestConfig config;
  private final Staging staging;

  IngestJob(SparkSession spark, IngestConfig config, Staging staging) {
    this.spark = spark;
    this.config = config;
    this.staging = staging;
  }

  SparkSession spark() {
    return spark;
  }

  IngestConfig config() {
    return config;
  }

  Staging staging() {
    return staging;
  }

  JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  /** The configuration of file systems, for tasks. */
  Broadcast<SerializableConfiguration> hadoopForTasks() {
    return context().broadcast(new SerializableConfiguration(hadoop()));
  }

  /**
   * Writes the images of all pieces, a partition after the other on each executor.
   *
   * @return what was read and written, all parts together
   * @throws org.lmconv.jobs.UserError if images have no common shape, or a piece is at fault and
   *     faults are not to be skipped
   */
  <T> Tally write(JavaRDD<T> pieces, PieceReader<T> reader) throws IOException {
    Broadcast<SerializableConfiguration> hadoop = hadoopForTasks();
    IngestConfig how = config; // not this, which cannot travel
    Staging to = staging;
    List<Part> parts =
        TaskWatch.collect(
            pieces.mapPartitionsWithIndex(
                (index, items) -> List.of(part(index, items, reader, how, to, hadoop)).iterator(),
                false));
    Tally all = new Tally();
    Set<String> names = new HashSet<>();
    for (Part part : parts) {
      all.add(part.tally());
      names.addAll(part.names());
    }
    staging.keepOnly(names, hadoop());
    return all;
  }

  private static <T> Part part(
      int index,
      Iterator<T> pieces,
      PieceReader<T> reader,
      IngestConfig config,
      Staging staging,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    String prefix = "part-%05d-%d".formatted(index, TaskContext.get().taskAttemptId());
    try (PartWriter writer = new PartWriter(config, staging, prefix, hadoop.value().value())) {
      while (pieces.hasNext()) {
        reader.read(pieces.next(), writer);
      }
      return writer.finish();
    }
  }
}
