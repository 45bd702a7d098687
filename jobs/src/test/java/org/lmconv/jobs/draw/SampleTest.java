package org.lmconv.jobs.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.Keys.SampleKeys;
import org.lmconv.jobs.train.TrainForTests;

/** Whole images of a tiny model of bits. */
class SampleTest {
  @TempDir private static Path folder;

  private final Printed out = new Printed();

  @BeforeAll
  static void trainModel() throws IOException {
    TrainForTests.train(
        "run=" + folder.resolve("run"),
        "data=" + TinyRuns.table(folder),
        "train.ema-decay=0.5",
        "orders=[s_curve/0, gilbert/1]");
  }

  private List<Row> sample(String... words) throws IOException {
    List<String> all =
        Stream.concat(Stream.of("run=" + folder.resolve("run")), Stream.of(words)).toList();
    Sample.run(
        TestSpark.session(),
        ConfigLoader.load(Optional.empty(), all, "sample", SampleKeys.class),
        out);
    return TestSpark.session()
        .read()
        .parquet(folder.resolve("run/completions").toString())
        .where("seed = " + words[0].replace("seed=", ""))
        .orderBy("image_id")
        .collectAsList();
  }

  @Test
  void drawsImagesInAllOrdersInTurn() throws IOException {
    List<Row> rows = sample("seed=3", "count=10", "draw.batch-size=4");
    assertThat(rows).hasSize(10);
    assertThat(rows)
        .extracting(row -> row.<String>getAs("order"))
        .startsWith("s_curve/0", "s_curve/0", "s_curve/0", "s_curve/0", "gilbert/1", "gilbert/1")
        .endsWith("gilbert/1", "gilbert/1", "s_curve/0", "s_curve/0");
    for (Row row : rows) {
      byte[] pixels = row.getAs("pixels");
      assertThat(pixels).hasSize(16).containsOnly(0, 255);
      assertThat(row.<String>getAs("region")).isEqualTo("all");
      assertThat(row.<String>getAs("weights")).isEqualTo("ema");
      assertThat(row.<Double>getAs("nats")).isPositive();
    }
    assertThat(rows.stream().map(row -> Arrays.toString(row.<byte[]>getAs("pixels"))).distinct())
        .hasSizeGreaterThan(5);
    assertThat(out.text())
        .contains("drawing 10 images; a task draws 4 at once and keeps their features")
        .contains("10 images, ")
        .contains("contact sheet, image 0 at the top left: ");
    // The sheet is no part of the job: the rows of the first are replaced.
    assertThat(sample("seed=3", "count=10", "draw.batch-size=4", "draw.sheet-images=5"))
        .isEqualTo(rows);
    try (Stream<Path> files = Files.list(folder.resolve("run/completions_sheets"))) {
      Path png = files.filter(file -> file.toString().endsWith(".png")).findFirst().orElseThrow();
      assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(4 + 3 * 88);
      assertThat(ImageIO.read(png.toFile()).getHeight()).isEqualTo(4 + 2 * 88);
    }
  }
}
