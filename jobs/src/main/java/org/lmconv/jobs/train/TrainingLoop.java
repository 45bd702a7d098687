package org.lmconv.jobs.train;

import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;
import org.lmconv.model.device.NonFiniteLossException;
import org.lmconv.model.train.TrainingState;

/**
 * Synchronous rounds. Each is one Spark job of independent tasks, so a lost executor costs a retry
 * of its task.
 */
final class TrainingLoop {
  /** Takes the results of rounds as they come. */
  interface Observer {
    /** Whether the state after this round is to be kept. */
    boolean wantsCheckpoint(int round);

    /**
     * Keeps a state.
     *
     * @return seconds that it took
     */
    double write(TrainingState state) throws IOException;

    /** Called after every round, and after {@link #write} where that is called. */
    void finished(RoundReport report) throws IOException;
  }

  private final JavaSparkContext spark;
  private final WorkerPlan plan;
  private final JavaRDD<IndexedImage> images;
  private final String runId;
  private final Observer observer;

  /**
   * @param images one partition per worker
   */
  TrainingLoop(
      JavaSparkContext spark,
      WorkerPlan plan,
      JavaRDD<IndexedImage> images,
      String runId,
      Observer observer) {
    this.spark = spark;
    this.plan = plan;
    this.images = images;
    this.runId = runId;
    this.observer = observer;
  }

  /**
   * Trains to the last round.
   *
   * @param state to start from
   * @throws UserError if a loss is not finite; the last checkpoint stays
   */
  void run(TrainingState state) throws IOException {
    try (RoundUpdate update = RoundUpdate.of(plan, state)) {
      for (int round = state.round() + 1; round <= plan.train().rounds(); round++) {
        oneRound(update, round);
      }
    }
  }

  private void oneRound(RoundUpdate update, int round) throws IOException {
    Stopwatch watch = new Stopwatch();
    RoundStart start = update.next();
    Broadcast<RoundStart> broadcast = spark.broadcast(start);
    double broadcastSeconds = watch.lap();
    List<WorkerResult> results;
    try {
      results = images.mapPartitions(new PartitionTrainer(plan, broadcast)).collect();
    } finally {
      broadcast.destroy();
    }
    requireFinite(round, results);
    double jobSeconds = watch.lap();
    double rate = plan.learningRate().at(update.imagesSeen(), plan.globalBatch());
    finish(update, round, results, rate);
    double updateSeconds = watch.lap();
    double total = watch.total();
    double checkpointSeconds = observer.wantsCheckpoint(round) ? observer.write(update.state()) : 0;

    double compute = results.stream().mapToDouble(WorkerResult::seconds).max().orElse(0);
    PhaseSeconds seconds =
        new PhaseSeconds(
            broadcastSeconds,
            compute,
            Math.max(0, jobSeconds - compute),
            updateSeconds,
            checkpointSeconds);
    observer.finished(report(start, update, results, rate, seconds, total));
  }

  private static void requireFinite(int round, List<WorkerResult> results) {
    for (int worker = 0; worker < results.size(); worker++) {
      if (results.get(worker).failure() != null) {
        throw notFinite(round, "worker %d: %s".formatted(worker, results.get(worker).failure()));
      }
    }
  }

  private static void finish(
      RoundUpdate update, int round, List<WorkerResult> results, double rate) {
    try {
      update.finish(results);
    } catch (NonFiniteLossException e) {
      throw notFinite(round, "%s at learning rate %.3g".formatted(e.getMessage(), rate));
    }
  }

  private static UserError notFinite(int round, String what) {
    return new UserError(
        "training stopped in round %d, %s; checkpoints are as they were: go on with a lower"
                .formatted(round, what)
            + " train.learning-rate, or clip gradients with train.clip");
  }

  private RoundReport report(
      RoundStart start,
      RoundUpdate update,
      List<WorkerResult> results,
      double rate,
      PhaseSeconds seconds,
      double total) {
    long images = results.stream().mapToLong(WorkerResult::images).sum();
    double nats = results.stream().mapToDouble(WorkerResult::nats).sum() / images;
    return new RoundReport(
        runId,
        start.round(),
        update.imagesSeen(),
        nats,
        plan.model().image().bitsPerDimension(nats),
        rate,
        results.size(),
        plan.train().localSteps(),
        seconds,
        images / total,
        start.bytes() * results.size(),
        results.stream().mapToLong(WorkerResult::bytes).sum(),
        results.stream().mapToLong(WorkerResult::rssBytes).max().orElse(-1),
        Integer.toUnsignedLong(update.parameters().crc32c()));
  }

  /** Seconds since the last lap, and since the start. */
  private static final class Stopwatch {
    private final long start = System.nanoTime();
    private long last = start;

    double lap() {
      long now = System.nanoTime();
      double seconds = (now - last) / 1e9;
      last = now;
      return seconds;
    }

    double total() {
      return (last - start) / 1e9;
    }
  }
}
