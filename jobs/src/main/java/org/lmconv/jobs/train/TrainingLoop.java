package org.lmconv.jobs.train;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.model.device.NonFiniteLossException;

/**
 * Synchronous rounds. Each is one Spark job of independent tasks, so a lost executor costs a retry
 * of its task.
 */
final class TrainingLoop {
  /** Times that a round, or the rounds since a checkpoint, are tried again. */
  private static final int RETRIES = 3;

  private final JavaSparkContext spark;
  private final WorkerPlan plan;
  private final CachedImages images;
  private final Computation computation;
  private final Exchange exchange;
  private final String runId;
  private final RoundObserver observer;
  private final String session = UUID.randomUUID().toString();
  private int goneBack;
  private int goneBackSinceCheckpoint;

  /**
   * @param images one partition per worker, persisted
   */
  TrainingLoop(
      JavaSparkContext spark,
      WorkerPlan plan,
      JavaRDD<IndexedImage> images,
      Computation computation,
      Exchange exchange,
      String runId,
      RoundObserver observer) {
    this.spark = spark;
    this.plan = plan;
    this.images = new CachedImages(spark, images);
    this.computation = computation;
    this.exchange = exchange;
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
    RoundUpdate update = RoundUpdate.of(plan, state);
    try {
      while (update.round() < plan.train().rounds()) {
        update = update.forNextRound(plan);
        Optional<String> lost = oneRound(update);
        if (lost.isPresent()) {
          update.close();
          update = RoundUpdate.of(plan, goBack(lost.get()));
        }
      }
    } finally {
      update.close();
    }
  }

  private TrainingState goBack(String why) throws IOException {
    goneBack++;
    goneBackSinceCheckpoint++;
    if (goneBackSinceCheckpoint > RETRIES) {
      throw new UserError(
          "%s, %d times since the last checkpoint; use train.inner-state=average, which loses"
                  .formatted(why, goneBackSinceCheckpoint)
              + " nothing with an executor, or a smaller train.checkpoint-every");
    }
    TrainingState state = observer.goBack(why);
    images.spreadOverAll();
    return state;
  }

  /**
   * Runs a round.
   *
   * @return why it could not be finished; empty if it was
   */
  private Optional<String> oneRound(RoundUpdate update) throws IOException {
    Stopwatch watch = new Stopwatch();
    RoundStart start = update.next(keeping(update.round() + 1));
    Broadcast<RoundStart> broadcast = spark.broadcast(start);
    double broadcastSeconds = watch.lap();
    try {
      Combined workers = exchanged(broadcast);
      Optional<String> lost = workers.lost(start.round());
      if (lost.isEmpty()) {
        workers.requireFinite(start.round());
        double exchangeSeconds = watch.lap();
        double rate = plan.learningRate().at(update.imagesSeen(), plan.train().globalBatch());
        finish(update, start.round(), workers, rate);
        PhaseSeconds seconds =
            new PhaseSeconds(
                broadcastSeconds,
                workers.computeSeconds(),
                Math.max(0, exchangeSeconds - workers.computeSeconds()),
                watch.lap(),
                checkpoint(update));
        observer.finished(report(start, update, workers, rate, seconds));
        images.follow(workers.executors());
      }
      return lost;
    } finally {
      broadcast.destroy();
    }
  }

  /** Returns the seconds that it took. */
  private double checkpoint(RoundUpdate update) throws IOException {
    if (!observer.wantsCheckpoint(update.round())) {
      return 0;
    }
    goneBackSinceCheckpoint = 0;
    return observer.write(update.state());
  }

  private RoundStart.Keeping keeping(int round) throws IOException {
    String folder = observer.wantsCheckpoint(round) ? observer.prepareCheckpoint(round) : null;
    return plan.workersKeepStates()
        ? new RoundStart.Keeping(
            session + "-" + goneBack, observer.committed(round - 1).orElse(null), folder)
        : null;
  }

  private Combined exchanged(Broadcast<RoundStart> start) {
    for (int attempt = 0; ; attempt++) {
      try {
        return exchange.run(images.images(), computation, start);
      } catch (TornRoundException e) {
        if (attempt == RETRIES) {
          throw e;
        }
      }
    }
  }

  private static void finish(RoundUpdate update, int round, Combined workers, double rate) {
    try {
      update.finish(workers);
    } catch (NonFiniteLossException e) {
      throw Combined.notFinite(round, "%s at learning rate %.3g".formatted(e.getMessage(), rate));
    }
  }

  private RoundReport report(
      RoundStart start, RoundUpdate update, Combined workers, double rate, PhaseSeconds seconds) {
    List<WorkerReport> reports = workers.reports();
    double nats = reports.stream().mapToDouble(WorkerReport::nats).sum() / workers.images();
    return new RoundReport(
        runId,
        start.round(),
        update.imagesSeen(),
        nats,
        plan.model().image().bitsPerDimension(nats),
        rate,
        reports.size(),
        start.localSteps(),
        seconds,
        workers.images() / (seconds.total() - seconds.checkpointSeconds()),
        start.bytes() * reports.size(),
        workers.sentBytes(),
        RoundReport.known(reports.stream().mapToLong(WorkerReport::rssBytes).max().orElse(-1)),
        Integer.toUnsignedLong(update.parameters().crc32c()),
        seconds.computeShare(),
        workers.driverBytes(),
        RoundReport.known(ProcessMemory.residentBytes()),
        reports.stream()
            .map(report -> report.participant().toString())
            .collect(Collectors.joining("; ")),
        Instant.now());
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
