package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.model.Seeds;

/** A whole run on colour images that are not square. */
class ColourTest {
  private static final int HEIGHT = 3;
  private static final int WIDTH = 5;

  @TempDir private Path folder;

  @Test
  void colourImagesAreLearntAndScored() throws IOException {
    String data = table();
    String printed =
        TrainForTests.train(
            "run=" + folder.resolve("run"),
            "data=" + data,
            "orders=[gilbert/*, s_curve/3]",
            "model.likelihood=logistic_mixture",
            "model.mixtures=2",
            "model.bits=5",
            "train.rounds=30",
            "train.warmup-images=0",
            "train.learning-rate=1e-2",
            "train.evaluate-every=30");
    assertThat(printed).contains("3x5x3; 5 orders;").doesNotContain("binarize");
    List<Row> means =
        TestSpark.session()
            .read()
            .parquet(folder.resolve("run/nll").toString())
            .where("`order` = 'ensemble' and binarize = 'none'")
            .groupBy("round")
            .avg("bits_per_dim")
            .orderBy("round")
            .collectAsList();
    assertThat(means).hasSize(2);
    // The images are one dark colour with a little noise: far from the 5 bits of an even guess.
    assertThat(means.get(1).getDouble(1)).isLessThan(4).isLessThan(means.get(0).getDouble(1));
  }

  private String table() {
    List<Row> rows = new ArrayList<>();
    for (int image = 0; image < 16; image++) {
      byte[] pixels = new byte[HEIGHT * WIDTH * 3];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (60 + 20 * (i % 3) + 16 * Seeds.uniform(image, i));
      }
      String split = image < 8 ? "train" : "test";
      rows.add(RowFactory.create("colour/" + image, split, null, HEIGHT, WIDTH, 3, pixels));
    }
    String path = folder.resolve("colours.parquet").toString();
    TestSpark.session().createDataFrame(rows, ImagesTable.schema()).write().parquet(path);
    return path;
  }
}
