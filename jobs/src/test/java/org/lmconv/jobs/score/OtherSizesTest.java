package org.lmconv.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.draw.DrawForTests;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

/** A model that was trained on images of 4x4 pixels scores and completes others. */
class OtherSizesTest {
  @TempDir private static Path folder;

  @ParameterizedTest
  @CsvSource({"5, 7, s_curve/2", "9, 9, s_curve/5", "1, 6, gilbert/0"})
  void scoresAreThoseOfTheNetworkOnThatGrid(int height, int width, String order)
      throws IOException {
    String name = "%dx%d".formatted(height, width);
    String table = TinyRuns.table(folder, name, height, width);
    Path out = folder.resolve("nll" + name);
    String printed = ScoredRun.TINY.nll(out, "data=" + table, "orders=" + order);
    assertThat(printed).contains("5 images of " + name);

    Checkpoint checkpoint =
        SavedModel.find(new Configuration(), ScoredRun.TINY.folder().toString());
    ModelSpec model =
        new ModelSpec(
            new ImageShape(1, height, width),
            checkpoint.model().network(),
            checkpoint.model().likelihood());
    List<Row> rows =
        ScoredRun.rows(out).stream().filter(row -> !ScoredRun.isEnsemble(row)).toList();
    assertThat(rows).hasSize(5);
    try (DeviceModel device = new DeviceModel(model, Device.cpu(), Execution.DEFAULT)) {
      device.load(checkpoint.weights());
      PixelOrder pixels = OrderSet.parse(List.of(order), model.image().grid()).get(0);
      for (Row row : rows) {
        float[] image = encoded(table, row.getAs("image_id"), checkpoint, model);
        double nats = 0;
        for (float logLikelihood : device.logLikelihoods(image, pixels)) {
          nats -= logLikelihood;
        }
        // Batches round in another way, which norms over 3 channels amplify.
        assertThat(ScoredRun.nats(row)).isCloseTo(nats, within(1e-3 * nats));
        assertThat(row.<Double>getAs("bits_per_dim"))
            .isCloseTo(ScoredRun.nats(row) / (height * width * Math.log(2)), within(1e-9));
      }
    }
  }

  private static float[] encoded(String table, String id, Checkpoint run, ModelSpec model) {
    Dataset<Row> images = TestSpark.session().read().parquet(table);
    byte[] pixels = images.where(images.col("image_id").equalTo(id)).first().getAs("pixels");
    float[] image = new float[pixels.length];
    ImageEncoder.of(model, run.config()).forScoring(id, pixels, image, 0);
    return image;
  }

  @Test
  void theScorerIsToldTheSize() throws IOException {
    String table = TinyRuns.table(folder, "scorer", 5, 6);
    LmConvScorer scorer =
        new LmConvScorer().setModelUrl(ScoredRun.TINY.folder().toString()).setOrders("raster/0");
    Dataset<Row> images = TestSpark.session().read().parquet(table).where("split = 'test'");
    ScoredRun.TINY.nll(
        folder.resolve("ones"), "data=" + table, "orders=raster/0", "score.batch-size=1");
    List<Double> expected =
        ScoredRun.rows(folder.resolve("ones")).stream()
            .filter(ScoredRun::isEnsemble)
            .map(ScoredRun::nats)
            .toList();
    List<Row> scored =
        images
            .transform(scorer.setImageSize(5, 6).setBatchSize(1)::score)
            .orderBy("image_id")
            .collectAsList();
    assertThat(scored).extracting(row -> row.<Double>getAs("nll")).isEqualTo(expected);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> scorer.setImageSize(0, 6))
        .withMessage("image size 0x6: must be at least 1x1");
  }

  @Test
  void holesOfOtherSizesAreFilled() throws IOException {
    String table = TinyRuns.table(folder, "holes", 6, 5);
    Path out = folder.resolve("drawn");
    DrawForTests.complete(
        "run=" + ScoredRun.TINY.folder(),
        "data=" + table,
        "out=" + out,
        "region=4:6,0:5",
        "draws=2",
        "draw.sheet-images=1");
    List<Row> rows = TestSpark.session().read().parquet(out.toString()).collectAsList();
    assertThat(rows).hasSize(10);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.<Integer>getAs("height")).isEqualTo(6);
              assertThat(row.<byte[]>getAs("pixels")).hasSize(30);
            });
  }

  @Test
  void ordersMustFitTheOtherSize() {
    String table = TinyRuns.table(folder, "odd", 4, 6);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () -> ScoredRun.TINY.nll(folder.resolve("none"), "data=" + table, "orders=s_curve/4"))
        .withMessageContaining("which needs a square grid, got 4x6");
    assertThat(folder.resolve("none")).doesNotExist();
  }
}
