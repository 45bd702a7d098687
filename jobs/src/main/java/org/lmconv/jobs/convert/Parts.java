package org.lmconv.jobs.convert;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What comes before a parameter's name in an exported file, by what the tensor is of it. */
final class Parts {
  /** Nothing: readers that know nothing of training find the parameters under their own names. */
  static final String PARAMETER = "";

  static final String EMA = "ema.";
  static final String OUTER_MOMENTUM = "outer_momentum.";
  static final String ADAM_M = "adam_m.";
  static final String ADAM_V = "adam_v.";

  private Parts() {}

  /** The optimiser that a worker keeps. */
  static List<String> ofWorker(int worker) {
    String prefix = "worker_%d.".formatted(worker);
    return List.of(prefix + ADAM_M, prefix + ADAM_V);
  }

  /** All but that of the parameters. */
  static List<String> others(int workers) {
    return Stream.concat(
            Stream.of(EMA, OUTER_MOMENTUM, ADAM_M, ADAM_V),
            IntStream.range(0, workers).mapToObj(Parts::ofWorker).flatMap(List::stream))
        .toList();
  }
}
