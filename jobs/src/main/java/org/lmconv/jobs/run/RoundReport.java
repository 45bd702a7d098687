package org.lmconv.jobs.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A round of training: a row of {@link RunTable#ROUNDS}.
 *
 * @param imagesSeen by all workers since round 1
 * @param trainNats per image, mean over the round, each before the update that it took part in
 * @param learningRate of the round's first update
 * @param workers that took part
 * @param imagesPerSecond of the whole round, without its checkpoint
 * @param bytesDown arrays sent to all workers
 * @param bytesUp arrays received from all workers
 * @param rssBytes resident memory of the largest process of a worker, null where unknown
 * @param parameterCrc CRC-32C of the parameters after the round
 * @param driverBytes arrays that the driver received
 * @param driverRssBytes resident memory of the driver, null where unknown
 * @param participants where the workers ran, in their order
 * @param endedAt when the round ended, its checkpoint included
 */
public record RoundReport(
    String runId,
    int round,
    long imagesSeen,
    double trainNats,
    double trainBitsPerDim,
    double learningRate,
    int workers,
    int localSteps,
    PhaseSeconds seconds,
    double imagesPerSecond,
    long bytesDown,
    long bytesUp,
    Long rssBytes,
    long parameterCrc,
    double computeShare,
    long driverBytes,
    Long driverRssBytes,
    String participants,
    Instant endedAt) {
  /** The columns of {@link PhaseSeconds}. */
  public static final List<String> PHASES = RunTable.names(PhaseSeconds.class);

  /** Columns that are worth a curve, by what they are about: those to be shown together. */
  private static final Map<String, List<String>> CURVES = new LinkedHashMap<>();

  static {
    CURVES.put(
        "train", List.of("images_seen", "train_nats", "train_bits_per_dim", "learning_rate"));
    CURVES.put("speed", List.of("images_per_second", "compute_share"));
    CURVES.put("seconds", PHASES);
    CURVES.put("memory", List.of("rss_bytes", "driver_rss_bytes"));
  }

  /**
   * Where the time of a round went.
   *
   * @param broadcastSeconds handing the parameters to Spark
   * @param computeSeconds training of the slowest worker
   * @param collectSeconds everything else until the last result was there: scheduling, transport
   * @param updateSeconds of the driver
   * @param checkpointSeconds writing, 0 in rounds without one
   */
  public record PhaseSeconds(
      double broadcastSeconds,
      double computeSeconds,
      double collectSeconds,
      double updateSeconds,
      double checkpointSeconds) {

    /** The same, with a checkpoint. */
    public PhaseSeconds withCheckpoint(double seconds) {
      return new PhaseSeconds(
          broadcastSeconds, computeSeconds, collectSeconds, updateSeconds, seconds);
    }

    /** All phases together. */
    public double total() {
      return broadcastSeconds + computeSeconds + collectSeconds + updateSeconds + checkpointSeconds;
    }

    /** Share of the round in which its slowest worker trained. */
    public double computeShare() {
      return computeSeconds / total();
    }
  }

  /** Bytes as a column has them, of a number that is negative where unknown. */
  public static Long known(long bytes) {
    return bytes < 0 ? null : bytes;
  }

  /** What monitors of a run show of a round, as GROUP/COLUMN; without what is not known. */
  public Map<String, Number> curves() {
    Map<String, Object> row = RunTable.ROUNDS.values(this);
    Map<String, Number> curves = new LinkedHashMap<>();
    CURVES.forEach(
        (group, columns) ->
            columns.stream()
                .filter(column -> row.get(column) != null)
                .forEach(column -> curves.put(group + "/" + column, (Number) row.get(column))));
    return curves;
  }
}
