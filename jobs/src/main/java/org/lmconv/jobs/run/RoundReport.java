package org.lmconv.jobs.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * A row of {@code rounds/}.
 *
 * @param runId of the run
 * @param round from 1
 * @param imagesSeen by all workers since round 1, this round included
 * @param trainNats per image, mean over the round, each before the step that it took part in
 * @param trainBitsPerDim the same per dimension
 * @param learningRate of the round's first step
 * @param workers that took part
 * @param localSteps of each
 * @param seconds of the phases
 * @param imagesPerSecond of the whole round, without its checkpoint
 * @param bytesDown arrays sent to all workers
 * @param bytesUp arrays received from all workers
 * @param rssBytes resident memory of the largest process, −1 where unknown
 * @param parameterCrc CRC-32C of the parameters after the round
 * @param driverBytes arrays that the driver received
 * @param driverRssBytes resident memory of the driver, −1 where unknown
 * @param participants where the workers ran, in their order
 * @param endedAt when the round ended, in UTC, its checkpoint included
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
    long rssBytes,
    long parameterCrc,
    long driverBytes,
    long driverRssBytes,
    List<String> participants,
    Instant endedAt) {
  static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message rounds {
            required binary run_id (STRING);
            required int32 round;
            required int64 images_seen;
            required double train_nats;
            required double train_bits_per_dim;
            required double learning_rate;
            required int32 workers;
            required int32 local_steps;
            required double broadcast_seconds;
            required double compute_seconds;
            required double collect_seconds;
            required double update_seconds;
            required double checkpoint_seconds;
            required double images_per_second;
            required int64 bytes_down;
            required int64 bytes_up;
            optional int64 rss_bytes;
            required int64 parameter_crc;
            required double compute_share;
            required int64 driver_bytes;
            optional int64 driver_rss_bytes;
            required binary participants (STRING);
            required int64 ended_at (TIMESTAMP(MICROS,true));
          }
          """);

  /**
   * Where the time of a round went.
   *
   * @param broadcast handing the parameters to Spark
   * @param compute training steps of the slowest worker
   * @param collect everything else until the last result was there: scheduling and transport
   * @param update of the driver
   * @param checkpoint writing, 0 in rounds without one
   */
  public record PhaseSeconds(
      double broadcast, double compute, double collect, double update, double checkpoint) {

    /** All phases together. */
    public double total() {
      return broadcast + compute + collect + update + checkpoint;
    }

    /** Share of the round in which its slowest worker trained. */
    public double computeShare() {
      return compute / total();
    }
  }

  Group toRow() {
    Group row = new SimpleGroup(SCHEMA);
    row.add("run_id", runId);
    row.add("round", round);
    row.add("images_seen", imagesSeen);
    row.add("train_nats", trainNats);
    row.add("train_bits_per_dim", trainBitsPerDim);
    row.add("learning_rate", learningRate);
    row.add("workers", workers);
    row.add("local_steps", localSteps);
    row.add("broadcast_seconds", seconds.broadcast());
    row.add("compute_seconds", seconds.compute());
    row.add("collect_seconds", seconds.collect());
    row.add("update_seconds", seconds.update());
    row.add("checkpoint_seconds", seconds.checkpoint());
    row.add("images_per_second", imagesPerSecond);
    row.add("bytes_down", bytesDown);
    row.add("bytes_up", bytesUp);
    if (rssBytes >= 0) {
      row.add("rss_bytes", rssBytes);
    }
    row.add("parameter_crc", parameterCrc);
    row.add("compute_share", seconds.computeShare());
    row.add("driver_bytes", driverBytes);
    if (driverRssBytes >= 0) {
      row.add("driver_rss_bytes", driverRssBytes);
    }
    row.add("participants", String.join("; ", participants));
    row.add("ended_at", ChronoUnit.MICROS.between(Instant.EPOCH, endedAt));
    return row;
  }
}
