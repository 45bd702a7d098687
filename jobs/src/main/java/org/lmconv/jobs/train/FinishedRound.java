package org.lmconv.jobs.train;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.session.MachineMemory;
import org.lmconv.jobs.train.WorkerResult.WorkerReport;

/**
 * A round that is done.
 *
 * @param rate of the round's first step
 * @param seconds of all phases but the checkpoint
 */
record FinishedRound(
    WorkerPlan plan,
    RoundStart start,
    Combined workers,
    RoundUpdate update,
    double rate,
    PhaseSeconds seconds) {

  int number() {
    return start.round();
  }

  /** The state after it; copies, so not for each round. */
  TrainingState state() {
    return update.state();
  }

  /** Its row. */
  RoundReport report(String runId, double checkpointSeconds) {
    List<WorkerReport> reports = workers.reports();
    double nats = reports.stream().mapToDouble(WorkerReport::nats).sum() / workers.images();
    PhaseSeconds all = seconds.withCheckpoint(checkpointSeconds);
    return new RoundReport(
        runId,
        number(),
        update.imagesSeen(),
        nats,
        plan.model().image().bitsPerDimension(nats),
        rate,
        reports.size(),
        start.localSteps(),
        all,
        workers.images() / seconds.total(),
        start.bytes() * reports.size(),
        workers.sentBytes(),
        RoundReport.known(reports.stream().mapToLong(WorkerReport::rssBytes).max().orElse(-1)),
        Integer.toUnsignedLong(update.parameters().crc32c()),
        all.computeShare(),
        workers.driverBytes(),
        RoundReport.known(MachineMemory.residentBytes()),
        reports.stream()
            .map(report -> report.participant().toString())
            .collect(Collectors.joining("; ")),
        Instant.now());
  }
}
