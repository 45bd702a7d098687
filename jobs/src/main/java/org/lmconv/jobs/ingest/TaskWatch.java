package org.lmconv.jobs.ingest;

import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Knows when the last task of a job has ended. A job that fails, or in which Spark ran a task
 * twice, ends before its other tasks, and what they write then would come after the tidying up.
 */
final class TaskWatch extends SparkListener {
  private static final String PROPERTY = "lmconv.ingest";

  /** Longer than a task takes to see that it is not wanted any more: it does at each image. */
  private static final long SECONDS = 30;

  private static final long SECONDS_TO_START = 2;

  private final SparkContext context;
  private final String name = UUID.randomUUID().toString();
  private final Set<Integer> stages = new HashSet<>();
  private int job = -1;
  private boolean ended;
  private int running;

  private TaskWatch(SparkContext context) {
    this.context = context;
  }

  /** Collects what tasks give, and comes back, or throws, when the last of them has ended. */
  static <T> List<T> collect(JavaRDD<T> rdd) {
    TaskWatch watch = new TaskWatch(rdd.context());
    watch.context.addSparkListener(watch);
    watch.context.setLocalProperty(PROPERTY, watch.name);
    try {
      return rdd.collect();
    } finally {
      watch.context.setLocalProperty(PROPERTY, null);
      watch.await();
      watch.context.removeSparkListener(watch);
    }
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart start) {
    Properties properties = start.properties();
    if (properties != null && name.equals(properties.getProperty(PROPERTY))) {
      job = start.jobId();
      CollectionConverters.asJava(start.stageIds()).forEach(id -> stages.add((Integer) id));
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart start) {
    running += stages.contains(start.stageId()) ? 1 : 0;
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    running -= stages.contains(end.stageId()) ? 1 : 0;
    notifyAll();
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd end) {
    ended |= end.jobId() == job;
    notifyAll();
  }

  /** Waits for the last task. The end of the job comes after the starts of all of its tasks. */
  private synchronized void await() {
    long now = System.nanoTime();
    try {
      while (!isOver(System.nanoTime() - now)) {
        TimeUnit.MILLISECONDS.timedWait(this, 100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a listener is told comes late; a job that has not begun by then has failed before. */
  private boolean isOver(long nanos) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
    return ended && running == 0 || seconds >= (job < 0 ? SECONDS_TO_START : SECONDS);
  }
}
