package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;

class HistogramTest {
  private static Dataset<Row> nats(Double... values) {
    return TestSpark.session().createDataset(Arrays.asList(values), Encoders.DOUBLE()).toDF("nats");
  }

  @Test
  void bothEndsOfTheRangeAreInABin() {
    ScoreCharts.Histogram bins = ScoreCharts.Histogram.over(10, 50);
    List<Double> counts = bins.counts(nats(10., 10.5, 11., 49.9, 50.));
    assertThat(counts).hasSize(40);
    assertThat(counts.get(0)).isEqualTo(2);
    assertThat(counts.get(1)).isEqualTo(1);
    assertThat(counts.get(39)).isEqualTo(2);
    assertThat(counts.stream().mapToDouble(Double::doubleValue).sum()).isEqualTo(5);
    assertThat(bins.middles().get(0)).isCloseTo(10.5, within(1e-12)); // rounding
    assertThat(bins.middles().get(39)).isCloseTo(49.5, within(1e-12));
  }

  @Test
  void equalValuesAreInOneBin() {
    assertThat(ScoreCharts.Histogram.over(3, 3).counts(nats(3., 3.)).get(0)).isEqualTo(2);
  }
}
