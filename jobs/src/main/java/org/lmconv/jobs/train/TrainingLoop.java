package org.lmconv.jobs.train;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;
import org.lmconv.jobs.train.Exchange.Computation;
import org.lmconv.jobs.train.RoundObserver.Beginning;
import org.lmconv.jobs.train.RoundObserver.Folders;
import org.lmconv.model.device.NonFiniteLossException;

/**
 * Synchronous rounds. Each is one Spark job of independent tasks, so a lost executor costs a retry
 * of its task.
 */
final class TrainingLoop {
  /** Times that the rounds since a checkpoint are tried again. */
  private static final int RETRIES = 3;

  private final JavaSparkContext spark;
  private final WorkerPlan plan;
  private final CachedImages images;
  private final Computation computation;
  private final Exchange exchange;
  private final RoundObserver observer;
  private final String session = UUID.randomUUID().toString();
  private int goneBack;
  private int goneBackSinceCheckpoint;
  private RoundUpdate update;
  private Folders folders;

  /**
   * @param images one partition per worker, persisted
   */
  TrainingLoop(
      JavaSparkContext spark,
      WorkerPlan plan,
      JavaRDD<IndexedImage> images,
      Computation computation,
      RoundObserver observer) {
    this.spark = spark;
    this.plan = plan;
    this.images = new CachedImages(spark, images);
    this.computation = computation;
    this.exchange = Exchange.of(plan.train().workers());
    this.observer = observer;
  }

  /**
   * Trains to the last round.
   *
   * @throws UserError if a loss is not finite; the last checkpoint stays
   */
  void run(Beginning first) throws IOException {
    begin(first);
    try {
      while (update.round() < plan.train().rounds()) {
        update = update.forNextRound();
        Optional<String> lost = oneRound();
        if (lost.isPresent()) {
          update.close();
          begin(goBack(lost.get()));
        }
      }
    } finally {
      update.close();
    }
  }

  private void begin(Beginning beginning) {
    update = RoundUpdate.of(plan, beginning.state());
    folders = beginning.folders();
  }

  private Beginning goBack(String why) throws IOException {
    goneBack++;
    goneBackSinceCheckpoint++;
    if (goneBackSinceCheckpoint > RETRIES) {
      throw new UserError(
          "%s, %d times since the last checkpoint; use train.inner-state=average, which loses"
                  .formatted(why, goneBackSinceCheckpoint)
              + " nothing with an executor, or a smaller train.checkpoint-every");
    }
    Beginning again = observer.goBack(why);
    images.spreadOverAll();
    return again;
  }

  /**
   * Runs a round.
   *
   * @return why it could not be finished; empty if it was
   */
  private Optional<String> oneRound() throws IOException {
    Stopwatch watch = new Stopwatch();
    RoundStart start = update.next(keeping());
    Broadcast<RoundStart> broadcast = spark.broadcast(start);
    double broadcastSeconds = watch.lap();
    try {
      Combined workers = exchange.run(images.images(), computation, broadcast);
      Optional<String> lost = workers.lost(start.round());
      if (lost.isEmpty()) {
        workers.requireFinite(start.round());
        double compute = workers.computeSeconds();
        double collect = Math.max(0, watch.lap() - compute);
        double rate = plan.learningRate().at(start.imagesSeen(), plan.train().globalBatch());
        finish(start.round(), workers, rate);
        PhaseSeconds seconds = new PhaseSeconds(broadcastSeconds, compute, collect, watch.lap(), 0);
        folders = observer.finished(new FinishedRound(plan, start, workers, update, rate, seconds));
        if (folders.restoreFrom() != null) {
          goneBackSinceCheckpoint = 0;
        }
        images.follow(workers.executors());
      }
      return lost;
    } finally {
      broadcast.destroy();
    }
  }

  private RoundStart.Keeping keeping() {
    return plan.workersKeepStates()
        ? new RoundStart.Keeping(session + "-" + goneBack, folders.restoreFrom(), folders.writeTo())
        : null;
  }

  private void finish(int round, Combined workers, double rate) {
    try {
      update.finish(workers);
    } catch (NonFiniteLossException e) {
      throw Combined.notFinite(round, "%s at learning rate %.3g".formatted(e.getMessage(), rate));
    }
  }

  /** Seconds since the last lap. */
  private static final class Stopwatch {
    private long last = System.nanoTime();

    double lap() {
      long now = System.nanoTime();
      double seconds = (now - last) / 1e9;
      last = now;
      return seconds;
    }
  }
}
