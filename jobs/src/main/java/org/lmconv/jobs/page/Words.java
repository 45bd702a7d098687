package org.lmconv.jobs.page;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lmconv.jobs.page.Scores.Key;
import org.lmconv.jobs.page.Scores.Line;
import org.lmconv.jobs.page.Scores.Scoring;
import org.lmconv.jobs.run.Checkpoint;

/** Numbers and names in words. */
final class Words {
  private Words() {}

  /**
   * A sentence about each run; with the name of the run before it where there are several.
   *
   * @param sentence of a run, with a small letter and without its end
   */
  static String sentences(List<RunView> runs, Function<RunView, String> sentence) {
    return runs.stream()
        .map(
            run ->
                runs.size() == 1
                    ? capitalized(sentence.apply(run))
                    : run.name() + ": " + sentence.apply(run))
        .collect(Collectors.joining(". ", "", "."));
  }

  private static String capitalized(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** "90.22 ± 0.47 nats (0.1660 bits/dim)". */
  static String nats(Line line) {
    String error = line.error() == null ? "" : " ± %.2f".formatted(line.error());
    return "%.2f%s nats (%.4f bits/dim)".formatted(line.nats(), error, line.bits());
  }

  /** What was scored: "2,000 images of digits, split test, after round 240". */
  static String of(Scoring scoring) {
    Key key = scoring.key();
    return "%,d images of %s, split %s, %safter round %d%s%s"
        .formatted(
            scoring.images(),
            key.dataset(),
            key.split(),
            key.wholeImages() ? "" : "region " + key.region() + ", ",
            key.round(),
            key.binarize().equals("none") ? "" : ", binarize=" + key.binarize(),
            key.weights().equals(Checkpoint.EMA) ? ", moving average of the parameters" : "");
  }

  /** What a curve of scorings is of: "test, ensemble of 8". */
  static String ofCurve(Scoring scoring) {
    Key key = scoring.key();
    return "%s of %s, ensemble of %d%s"
        .formatted(
            key.split(),
            key.dataset(),
            key.ensemble().split(",").length,
            key.weights().equals(Checkpoint.EMA) ? ", moving average" : "");
  }
}
