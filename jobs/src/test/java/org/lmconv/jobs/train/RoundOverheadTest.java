package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.ModelSpecs;
import org.lmconv.jobs.train.RoundOverhead.Cost;
import org.lmconv.model.ImageShape;
import org.lmconv.model.parameter.ParameterVector;

class RoundOverheadTest {
  private static RoundOverhead rounds(int workers, String... words) {
    JobConfig config = TinyRuns.config(words);
    ImageShape images = new ImageShape(1, TinyRuns.SIDE, TinyRuns.SIDE);
    return new RoundOverhead(
        TestSpark.session(), config, ModelSpecs.of(config.model(), images), workers);
  }

  private static ParameterVector ones(int size) {
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    return new ParameterVector(ones);
  }

  @Test
  void aRoundHasAllItsPartsAndItsBytes() throws IOException {
    try (RoundOverhead rounds = rounds(3, "device=cpu", "train.transport=bfloat16")) {
      rounds.callRoll();
      assertThat(rounds.exchange()).isEqualTo("direct");
      for (int size : new int[] {10, 1000}) {
        Cost cost = rounds.round(ones(size));
        assertThat(cost.bytesDown()).isEqualTo(3 * 4 * size);
        assertThat(cost.bytesUp()).isEqualTo(3 * 2 * size);
        assertThat(cost.driverBytes()).isEqualTo(3 * 2 * size);
        double parts = cost.broadcastSeconds() + cost.exchangeSeconds() + cost.updateSeconds();
        assertThat(parts).isPositive().isLessThan(cost.seconds());
        assertThat(cost.exchangeSeconds()).isPositive();
      }
    }
  }

  @Test
  void itsWorkersTakeTheWholeWayThroughTheExchange() throws IOException {
    try (RoundOverhead rounds = rounds(2, "device=cpu")) {
      ParameterVector start = ones(5);
      assertThat(rounds.round(start)).isNotNull();
      assertThat(start).isEqualTo(ones(5)); // the next round begins where this one did
      // A thousandth further along: what all workers send, and so the mean of it.
      float[] end = new float[5];
      Arrays.fill(end, 1.001f);
      assertThat(rounds.lastCrc())
          .isEqualTo(Integer.toUnsignedLong(new ParameterVector(end).crc32c()));
    }
  }

  @Test
  void manyWorkersExchangeSlices() throws IOException {
    // Nine tasks without a barrier: four slots run them one after the other.
    try (RoundOverhead rounds = rounds(9, "device=cpu")) {
      assertThat(rounds.exchange()).isEqualTo("sliced");
      Cost cost = rounds.round(ones(90));
      assertThat(cost.bytesUp()).isEqualTo(9 * 4 * 90);
      assertThat(cost.driverBytes()).isEqualTo(4 * 90);
    }
    assertThat(RoundOverhead.exchange(8)).isEqualTo("direct");
  }
}
