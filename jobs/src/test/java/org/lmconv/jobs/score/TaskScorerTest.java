package org.lmconv.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.conf.Regions;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.data.ImageSplit;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.session.Placement;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;

class TaskScorerTest {
  @TempDir private static Path folder;
  private static ImageSplit images;
  private static JobConfig config;
  private static ModelSpec model;

  @BeforeAll
  static void openImages() {
    images = ImagesTable.open(TestSpark.session(), TinyRuns.table(folder)).split("test");
    config = TinyRuns.config("orders=[raster/0, hilbert/1]");
    model = config.model().spec(images.shape());
  }

  private static ScoringPlan plan(int batchSize) {
    ScoringMethod method =
        new ScoringMethod(
            model,
            ImageEncoder.of(model, config),
            config.ordersOn(images.shape().grid()),
            List.of(0, 1),
            Regions.all(images.shape().grid()),
            false,
            batchSize,
            Placement.of(
                TestSpark.session().sparkContext().getConf(),
                config.as(TrainKeys.class).device(),
                config.execution(),
                4));
    Labels labels = new Labels("id", 1, "tiny", "test", Checkpoint.PARAMETERS);
    return new ScoringPlan(method, labels, "scoring");
  }

  private static Map<String, Double> score(int batchSize, int partitions) {
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    Broadcast<ParameterVector> parameters = context.broadcast(model.newNetwork().layout().draw(1));
    LongAccumulator scored = context.sc().longAccumulator();
    List<Row> rows =
        images
            .images()
            .repartition(partitions)
            .mapPartitions(Scoring.scorer(plan(batchSize), parameters, scored))
            .collect();
    assertThat(scored.value()).isEqualTo(7);
    Map<String, Double> nats = new HashMap<>();
    rows.forEach(row -> nats.put(row.getString(4) + " " + row.getString(6), row.getDouble(8)));
    return nats;
  }

  @Test
  void neitherBatchesNorPartitionsChangeTheScores() {
    Map<String, Double> expected = score(1, 1);
    assertThat(expected).hasSize(7 * 3);
    assertThat(score(1, 5)).isEqualTo(expected);
    for (int batchSize : List.of(2, 3, 7, 50)) { // 7 images: whole batches, and a last one of 1
      for (int partitions : List.of(1, 2, 9)) {
        score(batchSize, partitions)
            .forEach(
                // Sums of 16 float32 numbers of order 1, which batches may round in another way.
                (row, nats) -> assertThat(nats).as(row).isCloseTo(expected.get(row), within(1e-5)));
      }
    }
  }
}
