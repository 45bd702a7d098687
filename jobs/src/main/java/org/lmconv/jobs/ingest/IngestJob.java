package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.JobExecutionStatus;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.conf.IngestConfig;
import scala.Option;

/** The Spark job that reads the pieces of a source and writes part files. */
record IngestJob(SparkSession spark, IngestConfig config, Staging staging) {
  /** Longer than a task takes to see that it is not wanted any more: it does at each image. */
  private static final long SECONDS_TO_END = 30;

  private static final long SECONDS_TO_START = 2;

  Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /** Writes the images of all files, each of which is a task. */
  Tally write(List<String> files, VoidFunction2<String, PartWriter> reader) throws IOException {
    return write(context().parallelize(files, files.size()), reader);
  }

  /**
   * Writes the images of all pieces, a partition after the other on each executor.
   *
   * @param reader reads a piece from its start to its end, with one image of it in memory at a time
   * @return what was read and written, all parts together
   * @throws org.lmconv.jobs.base.UserError if images have no common shape, or a piece is at fault
   *     and faults are not to be skipped
   */
  <T> Tally write(JavaRDD<T> pieces, VoidFunction2<T, PartWriter> reader) throws IOException {
    Broadcast<SerializableConfiguration> hadoop =
        context().broadcast(new SerializableConfiguration(hadoop()));
    IngestConfig how = config; // not this, which cannot travel
    Path place = staging.place();
    JavaRDD<PartWriter.Written> parts =
        pieces.mapPartitions(
            items -> {
              try (PartWriter writer = new PartWriter(how, place, hadoop.value().value())) {
                while (items.hasNext()) {
                  reader.call(items.next(), writer);
                }
                return List.of(writer.finish()).iterator();
              }
            });
    Tally all = new Tally();
    Set<String> files = new HashSet<>();
    for (PartWriter.Written part : collect(parts)) {
      all.add(part.tally());
      files.addAll(part.files());
    }
    staging.keepOnly(files);
    return all;
  }

  /**
   * Collects what tasks give, and comes back, or throws, when the last of them has ended. A job
   * that fails, or in which Spark ran a task twice, ends before its other tasks, and what they
   * write then would come after the tidying up.
   */
  private <T> List<T> collect(JavaRDD<T> rdd) {
    String tag = "lmconv-ingest-" + UUID.randomUUID();
    context().addJobTag(tag);
    try {
      return rdd.collect();
    } finally {
      context().removeJobTag(tag);
      awaitTasks(tag);
    }
  }

  private void awaitTasks(String tag) {
    long start = System.nanoTime();
    try {
      while (!isOver(tag, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start))) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Spark tells late; a job of which it has told nothing by then has failed before its start. */
  private boolean isOver(String tag, long seconds) {
    SparkStatusTracker tracker = spark.sparkContext().statusTracker();
    int[] jobs = tracker.getJobIdsForTag(tag);
    if (jobs.length == 0) {
      return seconds >= SECONDS_TO_START;
    }
    Option<SparkJobInfo> job = tracker.getJobInfo(jobs[0]);
    return seconds >= SECONDS_TO_END
        || job.isEmpty()
        || job.get().status() != JobExecutionStatus.RUNNING
            && Arrays.stream(job.get().stageIds())
                .mapToObj(tracker::getStageInfo)
                .allMatch(stage -> stage.isEmpty() || stage.get().numActiveTasks() == 0);
  }
}
