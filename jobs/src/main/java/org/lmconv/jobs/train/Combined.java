package org.lmconv.jobs.train;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.train.WorkerResult.Outcome;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;
import org.lmconv.model.parameter.ParameterVector;

/**
 * What all workers made of a round, together.
 *
 * @param reports in the order of the workers
 * @param vectors summed, or averaged with the images as weights; none if a worker failed
 * @param sentBytes of vectors that the workers sent
 * @param driverBytes of vectors that the driver received
 */
record Combined(
    List<WorkerReport> reports, List<ParameterVector> vectors, long sentBytes, long driverBytes) {
  long images() {
    return reports.stream().mapToLong(WorkerReport::images).sum();
  }

  /** Spark's ids of the executors that the workers ran on. */
  List<String> executors() {
    return reports.stream().map(report -> report.participant().executor()).toList();
  }

  /** Of the slowest worker. */
  double computeSeconds() {
    return reports.stream().mapToDouble(WorkerReport::seconds).max().orElse(0);
  }

  /** A sentence on the first worker that lost its optimiser, without its end; empty if none did. */
  Optional<String> lost(int round) {
    return first(Outcome.STATE_LOST).map(worker -> "round %d: %s".formatted(round, worker));
  }

  /**
   * @throws UserError if a worker's loss is not finite
   */
  void requireFinite(int round) {
    first(Outcome.NOT_FINITE)
        .ifPresent(
            worker -> {
              throw notFinite(round, worker);
            });
  }

  /** What to tell when numbers grew beyond all bounds. */
  static UserError notFinite(int round, String what) {
    return new UserError(
        "training stopped in round %d, %s; checkpoints are as they were: go on with a lower"
                .formatted(round, what)
            + " train.learning-rate, or clip gradients with train.clip");
  }

  /** Which worker ended so first, and why. */
  private Optional<String> first(Outcome outcome) {
    return IntStream.range(0, reports.size())
        .filter(worker -> reports.get(worker).outcome() == outcome)
        .mapToObj(worker -> "worker %d: %s".formatted(worker, reports.get(worker).reason()))
        .findFirst();
  }
}
