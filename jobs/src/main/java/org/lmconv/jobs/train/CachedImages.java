package org.lmconv.jobs.train;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.lmconv.jobs.data.IndexedImage;

/**
 * The workers' images in the memory of executors. Spark prefers to run a worker where its images
 * are, so this is also what keeps a worker, and an optimiser of its own, in one place.
 */
final class CachedImages {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration GLANCE = Duration.ofMillis(100);

  private final JavaSparkContext spark;
  private final JavaRDD<IndexedImage> images;
  private int executors;
  private List<String> places = List.of(); // of the last round, in the order of the workers

  /**
   * @param images one partition per worker, persisted
   */
  CachedImages(JavaSparkContext spark, JavaRDD<IndexedImage> images) {
    this.spark = spark;
    this.images = images;
    this.executors = executors();
  }

  JavaRDD<IndexedImage> images() {
    return images;
  }

  /**
   * Caches the images anew when workers have moved: else they are sent to them in each round.
   *
   * @param now Spark's ids of the executors of this round's workers
   */
  void follow(List<String> now) {
    boolean moved = !places.isEmpty() && !now.equals(places);
    places = now;
    if (moved) {
      spread();
    }
  }

  /**
   * Spreads the workers over the executors, after waiting a while for the place of a lost one to be
   * taken: a worker that moved there later would lose its optimiser once more.
   */
  void spreadOverAll() {
    Instant end = Instant.now().plus(PATIENCE);
    while (executors() < executors && Instant.now().isBefore(end)) {
      sleep();
    }
    executors = executors();
    spread();
  }

  /** Without a cached partition all executors are equal to Spark, so it takes those that idle. */
  private void spread() {
    StorageLevel level = images.getStorageLevel();
    images.unpersist(true);
    images.persist(level);
    images.foreachPartition(partition -> partition.forEachRemaining(image -> {}));
    places = List.of();
  }

  private int executors() {
    return spark.statusTracker().getExecutorInfos().length;
  }

  private static void sleep() {
    try {
      Thread.sleep(GLANCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for executors", e);
    }
  }
}
