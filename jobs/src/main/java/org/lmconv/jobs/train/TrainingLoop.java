package org.lmconv.jobs.train;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.data.IndexedImage;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;
import org.lmconv.jobs.train.WorkerReport.Outcome;
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
     * Makes room for the checkpoint of a round before the round runs.
     *
     * @return its folder
     */
    String prepareCheckpoint(int round) throws IOException;

    /** The folder of the newest committed checkpoint, if it is that of this round. */
    Optional<String> committed(int round);

    /**
     * Keeps a state.
     *
     * @return seconds that it took
     */
    double write(TrainingState state) throws IOException;

    /** Called after every round, and after {@link #write} where that is called. */
    void finished(RoundReport report) throws IOException;

    /**
     * Called when rounds are lost.
     *
     * @param why a sentence for the user, without its end
     * @return the last state that was kept, or the first one, to go on from
     */
    TrainingState goBack(String why) throws IOException;
  }

  /** Times that a round, or the rounds since a checkpoint, are tried again. */
  private static final int RETRIES = 3;

  private final JavaSparkContext spark;
  private final WorkerPlan plan;
  private final JavaRDD<IndexedImage> images;
  private final Computation computation;
  private final Exchange exchange;
  private final String runId;
  private final Observer observer;
  private final String session = UUID.randomUUID().toString();
  private int goneBack;
  private int goneBackSinceCheckpoint;

  /**
   * @param images one partition per worker
   */
  TrainingLoop(
      JavaSparkContext spark,
      WorkerPlan plan,
      JavaRDD<IndexedImage> images,
      Computation computation,
      Exchange exchange,
      String runId,
      Observer observer) {
    this.spark = spark;
    this.plan = plan;
    this.images = images;
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
    return observer.goBack(why);
  }

  /**
   * Runs a round.
   *
   * @return why it could not be finished; empty if it was
   */
  private Optional<String> oneRound(RoundUpdate update) throws IOException {
    Stopwatch watch = new Stopwatch();
    int round = update.round() + 1;
    RoundStart start = update.next(keeping(round));
    Broadcast<RoundStart> broadcast = spark.broadcast(start);
    double broadcastSeconds = watch.lap();
    try {
      Combined workers = exchanged(broadcast);
      Optional<String> lost = lost(round, workers.reports());
      if (lost.isPresent()) {
        return lost;
      }
      requireFinite(round, workers.reports());
      double jobSeconds = watch.lap();
      double rate = plan.learningRate().at(update.imagesSeen(), plan.train().globalBatch());
      finish(update, round, workers, rate);
      double updateSeconds = watch.lap();
      double checkpointSeconds = 0;
      if (observer.wantsCheckpoint(round)) {
        checkpointSeconds = observer.write(update.state());
        goneBackSinceCheckpoint = 0;
      }
      double compute =
          workers.reports().stream().mapToDouble(WorkerReport::seconds).max().orElse(0);
      PhaseSeconds seconds =
          new PhaseSeconds(
              broadcastSeconds,
              compute,
              Math.max(0, jobSeconds - compute),
              updateSeconds,
              checkpointSeconds);
      observer.finished(report(start, update, workers, rate, seconds));
    } finally {
      broadcast.destroy();
    }
    return Optional.empty();
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
        return exchange.run(images, computation, start);
      } catch (TornRoundException e) {
        if (attempt == RETRIES) {
          throw e;
        }
      }
    }
  }

  private static Optional<String> lost(int round, List<WorkerReport> reports) {
    for (int worker = 0; worker < reports.size(); worker++) {
      if (reports.get(worker).outcome() == Outcome.STATE_LOST) {
        return Optional.of(
            "round %d: worker %d: %s".formatted(round, worker, reports.get(worker).reason()));
      }
    }
    return Optional.empty();
  }

  private static void requireFinite(int round, List<WorkerReport> reports) {
    for (int worker = 0; worker < reports.size(); worker++) {
      if (reports.get(worker).outcome() == Outcome.NOT_FINITE) {
        throw notFinite(round, "worker %d: %s".formatted(worker, reports.get(worker).reason()));
      }
    }
  }

  private static void finish(RoundUpdate update, int round, Combined workers, double rate) {
    try {
      update.finish(workers);
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
        workers.images() / (seconds.total() - seconds.checkpoint()),
        start.bytes() * reports.size(),
        workers.sentBytes(),
        reports.stream().mapToLong(WorkerReport::rssBytes).max().orElse(-1),
        Integer.toUnsignedLong(update.parameters().crc32c()),
        workers.driverBytes(),
        ProcessMemory.residentBytes(),
        reports.stream().map(report -> report.participant().toString()).toList());
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
