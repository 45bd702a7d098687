package org.lmconv.jobs.bench;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmconv.jobs.conf.PlanConfig;
import org.lmconv.jobs.train.RoundOverhead;

/** A prediction for people: the share of a round that trains, by workers and local steps. */
record PlanTable(PlanConfig plan, Prediction prediction) {
  private static final List<Integer> LOCAL_STEPS = List.of(1, 2, 4, 8, 16, 32, 64, 128);

  /** Local steps of a round in DiLoCo (Douillard et al. 2023, arXiv 2311.08105). */
  private static final int LONGEST = 500;

  void print(PrintStream out) {
    out.println("training's share of a round in percent, by train.local-steps (H):");
    out.println(
        "   workers  "
            + LOCAL_STEPS.stream().map("  H=%-3d"::formatted).collect(Collectors.joining())
            + "   H for %s %%".formatted(percent(plan.share())));
    workers().forEach(workers -> out.println(line(workers)));
    notes().forEach(out::println);
    out.println(advice());
  }

  private Stream<Integer> workers() {
    return plan.workers().stream().sorted().distinct();
  }

  private String line(int workers) {
    String shares =
        LOCAL_STEPS.stream()
            .map(steps -> "%7.1f".formatted(100 * prediction.share(workers, steps)))
            .collect(Collectors.joining());
    return "  %8d%s %s  %,8d"
        .formatted(workers, isExtrapolated(workers) ? "*" : " ", shares, least(workers));
  }

  private boolean isExtrapolated(int workers) {
    return workers > prediction.overheads().mostWorkers();
  }

  private int least(int workers) {
    return prediction.leastSteps(workers, plan.share());
  }

  private List<String> notes() {
    Overheads measured = prediction.overheads();
    List<String> notes = new ArrayList<>();
    notes.add(
        "H=1 is a little too high: the driver then takes the optimiser's step too. For"
            + " train.inner-state=local or reset; average exchanges three vectors instead of one.");
    if (workers().anyMatch(this::isExtrapolated)) {
      notes.add(
          "* extrapolated: at most %d workers were measured".formatted(measured.mostWorkers()));
    }
    for (String exchange : List.of("direct", "sliced")) {
      List<String> unknown =
          workers()
              .filter(workers -> RoundOverhead.exchange(workers).equals(exchange))
              .filter(workers -> !measured.knowsExchange(workers))
              .map(String::valueOf)
              .toList();
      if (!unknown.isEmpty()) {
        notes.add(
            "  with %s workers the exchange is %s, which was not measured: guesses"
                .formatted(String.join(", ", unknown), exchange));
      }
    }
    return notes;
  }

  private String advice() {
    int most = plan.workers().stream().mapToInt(this::least).max().orElseThrow();
    int fewest = Collections.min(plan.workers());
    String range = Words.count(Collections.max(plan.workers()), "worker");
    String share =
        "%s %% of each round or more is training with %s%s%s"
            .formatted(
                percent(plan.share()),
                plan.workers().size() == 1 ? "" : "up to ",
                range,
                workers().anyMatch(this::isExtrapolated) ? " (extrapolated)" : "");
    if (most == 1) {
      return "advice: train.local-steps=1 will do: %s".formatted(share);
    }
    String fewer =
        least(fewest) < most
            ? "; with %s %d will do".formatted(Words.count(fewest, "worker"), least(fewest))
            : "";
    return "advice: set train.local-steps=%d train.inner-state=local: %s%s%s"
        .formatted(most, share, fewer, warning(most));
  }

  /** What to think of rounds that are longer than those that are known to learn as well. */
  private static String warning(int localSteps) {
    return localSteps <= LONGEST
        ? ""
        : "; beyond %d steps (DiLoCo's) rounds may learn less: think of larger batches, bfloat16 in"
                .formatted(LONGEST)
            + " train.transport, faster links or a lower plan.share";
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
