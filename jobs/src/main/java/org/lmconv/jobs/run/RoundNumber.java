package org.lmconv.jobs.run;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;

/** Columns of {@code rounds/} that are worth a curve: what monitors of a run show of a round. */
public enum RoundNumber {
  IMAGES_SEEN("train", RoundReport::imagesSeen),
  TRAIN_NATS("train", RoundReport::trainNats),
  TRAIN_BITS_PER_DIM("train", RoundReport::trainBitsPerDim),
  LEARNING_RATE("train", RoundReport::learningRate),
  IMAGES_PER_SECOND("speed", RoundReport::imagesPerSecond),
  COMPUTE_SHARE("speed", report -> report.seconds().computeShare()),
  BROADCAST_SECONDS("seconds", phase(PhaseSeconds::broadcast)),
  COMPUTE_SECONDS("seconds", phase(PhaseSeconds::compute)),
  COLLECT_SECONDS("seconds", phase(PhaseSeconds::collect)),
  UPDATE_SECONDS("seconds", phase(PhaseSeconds::update)),
  CHECKPOINT_SECONDS("seconds", phase(PhaseSeconds::checkpoint)),
  RSS_BYTES("memory", report -> knownBytes(report.rssBytes())),
  DRIVER_RSS_BYTES("memory", report -> knownBytes(report.driverRssBytes()));

  private final String group;
  private final Function<RoundReport, Number> value;

  RoundNumber(String group, Function<RoundReport, Number> value) {
    this.group = group;
    this.value = value;
  }

  /** Its name in {@code rounds/}. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it is about, for numbers to be shown together. */
  String group() {
    return group;
  }

  /** Its value in a round; empty where that is not known. */
  public Optional<Number> of(RoundReport report) {
    return Optional.ofNullable(value.apply(report));
  }

  private static Function<RoundReport, Number> phase(Function<PhaseSeconds, Number> seconds) {
    return report -> seconds.apply(report.seconds());
  }

  private static Number knownBytes(long bytes) {
    return bytes < 0 ? null : bytes;
  }
}
