package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.EveryKey;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.model.ImageShape;
import org.lmconv.model.parameter.ParameterVector;

class RoundOverheadTest {
  private static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[4]")
          .config("spark.ui.enabled", false)
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.driver.host", "127.0.0.1")
          .getOrCreate();

  @AfterAll
  static void stop() {
    SPARK.stop();
  }

  private static RoundOverhead rounds(int workers) {
    JobConfig config =
        ConfigLoader.load(
            Optional.empty(), List.of("device=cpu", "model.filters=3"), "train", EveryKey.class);
    return new RoundOverhead(SPARK, config, config.model().spec(new ImageShape(1, 4, 4)), workers);
  }

  private static ParameterVector filled(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return new ParameterVector(values);
  }

  @Test
  void aRoundHasAllItsPartsAndTheWholeWayGoesThroughTheExchange() throws IOException {
    try (RoundOverhead rounds = rounds(2)) {
      rounds.callRoll();
      ParameterVector start = filled(5, 1);
      long began = System.nanoTime();
      RoundReport report = rounds.round(start);
      double seconds = (System.nanoTime() - began) / 1e9;
      assertThat(report.seconds().total()).isPositive().isLessThan(seconds);
      assertThat(start).isEqualTo(filled(5, 1)); // the next round begins where this one did
      // A thousandth further along: what all workers send, and so the mean of it.
      assertThat(report.parameterCrc())
          .isEqualTo(Integer.toUnsignedLong(filled(5, 1.001f).crc32c()));
    }
  }

  @Test
  void manyWorkersExchangeSlices() throws IOException {
    // Nine tasks without a barrier: four slots run them one after the other.
    try (RoundOverhead rounds = rounds(9)) {
      assertThat(rounds.exchange()).isEqualTo("sliced");
      RoundReport report = rounds.round(filled(90, 1));
      assertThat(report.bytesUp()).isEqualTo(9 * 4 * 90);
      assertThat(report.driverBytes()).isEqualTo(4 * 90);
    }
  }
}
