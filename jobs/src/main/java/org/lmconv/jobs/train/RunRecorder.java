package org.lmconv.jobs.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.run.Checkpoints;
import org.lmconv.jobs.run.Manifest;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.RunTable.NllSummaryRow;
import org.lmconv.jobs.run.TrainingState;
import org.lmconv.jobs.score.Scoring;
import org.lmconv.jobs.train.RoundObserver.Beginning;
import org.lmconv.jobs.train.RoundObserver.Folders;
import org.lmconv.model.device.ModelSpec;

/**
 * Keeps what a training run makes. A checkpoint, the reports of the rounds up to it and the scores
 * of its state belong together: the reports are written before the manifest that makes the
 * checkpoint exist, so that no checkpoint lacks the rounds that led to it.
 */
final class RunRecorder implements RoundObserver {
  private final RunDirectory run;
  private final JobConfig config;
  private final TrainConfig train;
  private final ModelSpec model;
  private final String runId;
  private final Scoring scoring;
  private final TrainingMetrics metrics;
  private final PrintStream out;
  private final List<RoundReport> unwritten = new ArrayList<>();
  private Progress progress;
  private TrainingState kept; // that of the newest checkpoint, or the first one
  private Optional<Path> newest;

  RunRecorder(
      RunDirectory run,
      JobConfig config,
      ModelSpec model,
      String runId,
      Scoring scoring,
      TrainingMetrics metrics,
      PrintStream out) {
    this.run = run;
    this.config = config;
    this.train = config.as(TrainKeys.class).train();
    this.model = model;
    this.runId = runId;
    this.scoring = scoring;
    this.metrics = metrics;
    this.out = out;
  }

  /**
   * To be called before the first round of this process.
   *
   * @param checkpoint that the state is from, if it is from one
   */
  Beginning begin(TrainingState first, Optional<Path> checkpoint) throws IOException {
    kept = first;
    newest = checkpoint;
    // A driver may have died between a checkpoint and its scores.
    boolean due = first.round() == 0 ? train.evaluateEvery() > 0 : wantsScores(first.round());
    if (due && !scoring.isDone(runId, first)) {
      score(first);
    }
    long total = train.imagesAfter(first.imagesSeen(), train.rounds() - first.round());
    progress = new Progress(out, train.rounds(), first.imagesSeen(), total);
    return new Beginning(first, after(first.round()));
  }

  @Override
  public Folders finished(FinishedRound round) throws IOException {
    boolean keeps = wantsCheckpoint(round.number());
    List<String> parts = List.of();
    double seconds = 0;
    if (keeps) {
      kept = round.state();
      long began = System.nanoTime();
      parts = run.checkpoints().writeTensors(model.newNetwork().layout(), kept);
      seconds = (System.nanoTime() - began) / 1e9;
    }
    RoundReport report = round.report(runId, seconds);
    unwritten.add(report);
    metrics.finished(report);
    progress.report(report);
    if (keeps) {
      run.writeRounds(unwritten);
      unwritten.clear();
      commit(parts);
    }
    if (wantsScores(round.number())) {
      score(kept);
    }
    return after(round.number());
  }

  @Override
  public Beginning goBack(String why) throws IOException {
    unwritten.clear();
    out.printf("%s; going back to round %d%n", why, kept.round());
    return new Beginning(kept, after(kept.round()));
  }

  private boolean wantsCheckpoint(int round) {
    return round % train.checkpointEvery() == 0 || wantsScores(round);
  }

  private boolean wantsScores(int round) {
    int every = train.evaluateEvery();
    return round == train.rounds() || (every > 0 && round % every == 0);
  }

  /** What the round after this one is to know; makes room for its checkpoint if it has one. */
  private Folders after(int round) throws IOException {
    boolean has = kept.round() == round && newest.isPresent();
    boolean writes = round < train.rounds() && wantsCheckpoint(round + 1);
    return new Folders(
        has ? newest.get().toString() : null,
        writes ? run.checkpoints().prepare(round + 1).toString() : null);
  }

  private void score(TrainingState state) throws IOException {
    List<NllSummaryRow> scores = scoring.score(runId, state);
    metrics.scored(state.round(), scores);
    run.writeScores(state.round(), scores);
  }

  private void commit(List<String> parts) throws IOException {
    Manifest manifest = Manifest.of(runId, model.image(), kept, parts, config.text());
    Checkpoints checkpoints = run.checkpoints();
    newest = Optional.of(checkpoints.commit(manifest));
    checkpoints.keepNewest(train.keepCheckpoints(), manifest.round());
  }
}
