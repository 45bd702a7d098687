package org.lmconv.jobs.page;

import java.util.List;
import java.util.function.Function;
import org.lmconv.jobs.base.Clock;
import org.lmconv.jobs.conf.JobConfig.Provenance;
import org.lmconv.jobs.conf.ModelConfig;
import org.lmconv.jobs.conf.TrainConfig;

/**
 * A line of the table at the top of the page.
 *
 * @param name what is told
 * @param values one for each run
 */
record Fact(String name, List<String> values) {
  private static final String NONE = "–";

  private record Keys(String data, TrainConfig train) {}

  static List<Fact> of(List<RunView> runs) {
    return List.of(
        fact("Negative log-likelihood", runs, Fact::nats),
        fact("Scored", runs, run -> run.mainScoring().map(Words::of).orElse("nothing yet")),
        fact("Trained", runs, Fact::trained),
        fact("Throughput", runs, Fact::throughput),
        fact("Network", runs, run -> network(run.config().model())),
        fact(
            "Workers",
            runs,
            run -> run.rounds().isPresent() ? workers(run.config().as(Keys.class).train()) : NONE),
        fact("Images", runs, run -> images(run.config().as(Keys.class).data())),
        fact("Directory", runs, RunView::location),
        fact("Run", runs, Fact::provenance));
  }

  private static Fact fact(String name, List<RunView> runs, Function<RunView, String> value) {
    return new Fact(name, runs.stream().map(value).toList());
  }

  private static String nats(RunView run) {
    return run.mainScoring()
        .flatMap(Scores.Scoring::ensemble)
        .map(Words::nats)
        .orElse("not scored yet");
  }

  private static String trained(RunView run) {
    return run.rounds()
        .map(
            rounds ->
                "%,d rounds, %,d images, %s"
                    .formatted(
                        rounds.<Integer>getAs("rounds"),
                        rounds.<Long>getAs("images_seen"),
                        Clock.of(rounds.<Double>getAs("seconds"))))
        .orElse("not here");
  }

  private static String throughput(RunView run) {
    return run.rounds()
        .map(
            rounds ->
                "%.1f images/s in the median round, %.0f %% of the time computing"
                    .formatted(
                        rounds.<Double>getAs("images_per_second"),
                        RoundCharts.percent(rounds, "compute_seconds")))
        .orElse(NONE);
  }

  private static String network(ModelConfig model) {
    return "%d filters, %d gated residual blocks per stage, %d×%d taps, %s, %s"
        .formatted(
            model.filters(),
            model.resnets(),
            model.kernel(),
            model.kernel(),
            model.normalization(),
            model.likelihood().equals("bernoulli")
                ? model.likelihood()
                : "%s of %d, %d bits"
                    .formatted(model.likelihood(), model.mixtures(), model.bits()));
  }

  private static String images(String table) {
    return table.isEmpty() ? NONE : table;
  }

  private static String workers(TrainConfig train) {
    return "%d with %d images a step, %d local steps a round"
        .formatted(train.workers(), train.batchSize(), train.localSteps());
  }

  private static String provenance(RunView run) {
    Provenance provenance = run.config().as(Provenance.class);
    return "%s, started %s with version %s"
        .formatted(provenance.runId(), provenance.started(), provenance.codeVersion());
  }
}
