package org.lmconv.jobs.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.PlanKeys;
import org.lmconv.jobs.conf.PlanKeys.PlanConfig;
import org.lmconv.jobs.session.SparkSessions;

/**
 * The command {@code plan}: predicts the share of a round in which workers train, and advises how
 * many local steps a round should have.
 */
public final class Plan {
  private static final List<Integer> LOCAL_STEPS = List.of(1, 2, 4, 8, 16, 32, 64, 128);

  /** Local steps of a round in DiLoCo (Douillard et al. 2023, arXiv 2311.08105). */
  private static final int LONGEST = 500;

  private final PlanConfig plan;
  private final Prediction prediction;
  private final int known;

  /**
   * @param known the most workers of the rounds that it is predicted from
   */
  Plan(PlanConfig plan, Prediction prediction, int known) {
    this.plan = plan;
    this.prediction = prediction;
    this.known = known;
  }

  /**
   * Predicts from the rounds of a run, or else from what it measures.
   *
   * @throws org.lmconv.jobs.base.UserError if there is no such device
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    RoundCosts.Update update = RoundCosts.isOfRun(config) ? null : RoundCosts.update(config);
    int most = config.as(PlanKeys.class).bench().mostWorkers();
    try (SparkSession spark = SparkSessions.forRounds("lmconv plan", most)) {
      RoundCosts costs =
          update == null
              ? RoundCosts.ofRun(spark, config)
              : RoundCosts.measure(spark, config, update);
      out.println(costs.source());
      out.println(costs.prediction().describe());
      new Plan(config.as(PlanKeys.class).plan(), costs.prediction(), costs.workers()).print(out);
    }
  }

  void print(PrintStream out) {
    out.println("training's share of a round in percent, by train.local-steps (H):");
    out.printf(
        "   workers  %s   H for %s %%%n",
        LOCAL_STEPS.stream().map("  H=%-3d"::formatted).collect(Collectors.joining()), percent());
    workers().forEach(workers -> out.println(line(workers)));
    if (workers().anyMatch(this::isExtrapolated)) {
      out.printf("* extrapolated from rounds of %d%n", known);
    }
    if (!Prediction.isSliced(known) && workers().anyMatch(Prediction::isSliced)) {
      out.printf(
          "  more than %d exchange slices, which was not measured: guesses%n",
          Exchange.MOST_DIRECT);
    }
    out.println(advice());
  }

  private Stream<Integer> workers() {
    return plan.workers().stream().sorted().distinct();
  }

  private boolean isExtrapolated(int workers) {
    return workers > known;
  }

  private int least(int workers) {
    return prediction.leastSteps(workers, plan.share());
  }

  private String line(int workers) {
    String shares =
        LOCAL_STEPS.stream()
            .map(steps -> "%7.1f".formatted(100 * prediction.share(workers, steps)))
            .collect(Collectors.joining());
    return "  %8d%s %s  %,8d"
        .formatted(workers, isExtrapolated(workers) ? "*" : " ", shares, least(workers));
  }

  private String advice() {
    int most = Collections.max(plan.workers());
    int steps = workers().mapToInt(this::least).max().orElseThrow();
    String set =
        steps == 1
            ? "train.local-steps=1 will do"
            : "set train.local-steps=%d train.inner-state=local".formatted(steps);
    String warning =
        steps <= LONGEST
            ? ""
            : "; beyond %d steps (DiLoCo's) rounds may learn less: think of larger batches,"
                    .formatted(LONGEST)
                + " bfloat16 in train.transport, faster links or a lower plan.share";
    return "advice: %s: %s %% of each round or more is training with up to %d worker%s%s"
        .formatted(set, percent(), most, most == 1 ? "" : "s", warning);
  }

  private String percent() {
    return Double.toString(100 * plan.share()).replaceFirst("\\.0$", "");
  }
}
