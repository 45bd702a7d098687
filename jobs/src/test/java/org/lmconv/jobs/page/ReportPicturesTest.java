package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lmconv.jobs.page.ReportedRun.FOLDER;
import static org.lmconv.jobs.page.ReportedRun.REPORT;
import static org.lmconv.jobs.page.ReportedRun.images;
import static org.lmconv.jobs.page.ReportedRun.table;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;

/** The pictures and settings of a report, against the tables and the configuration. */
class ReportPicturesTest {
  @Test
  void theBestAndTheWorstImagesAreShown() throws IOException {
    List<Row> images = images();
    String likeliest =
        REPORT.text().replaceAll(".*The likeliest, with their nats|The least likely.*", "");
    assertThat(likeliest.strip().split(" ")[0])
        .isEqualTo("%.1f".formatted(images.get(0).<Double>getAs("nats")));
    String worst = images.get(6).getAs("image_id");
    BufferedImage shown = REPORT.pictures(worst + ", class ").get(0);
    byte[] pixels =
        TestSpark.session()
            .read()
            .parquet(FOLDER.resolve("tiny.parquet").toString())
            .where("image_id = '" + worst + "'")
            .first()
            .getAs("pixels");
    assertThat(shown.getWidth()).isEqualTo(TinyRuns.SIDE);
    for (int pixel = 0; pixel < pixels.length; pixel++) {
      int grey = shown.getRGB(pixel % TinyRuns.SIDE, pixel / TinyRuns.SIDE) & 0xFF;
      assertThat(grey).isEqualTo(pixels[pixel] & 0xFF);
    }
  }

  @Test
  void completionsAndSamplesAreThoseOfTheTable() throws IOException {
    assertThat(REPORT.text())
        .containsPattern("Region bottom in the order [^ ]+, seed 1 ")
        .containsPattern("Region bottom in the order [^ ]+, temperatures 0.0 and 1.0, seed 2 ");
    assertThat(REPORT.pictures("draw ")).hasSize(6 + 2);
    assertThat(REPORT.pictures("sample under ")).hasSize(5);
    Row first =
        table("completions")
            .where("region = 'bottom' AND seed = 1")
            .orderBy("image_id", "draw")
            .first();
    BufferedImage drawn = REPORT.pictures("draw 0 of " + first.<String>getAs("image_id")).get(0);
    byte[] pixels = first.getAs("pixels");
    for (int pixel = 0; pixel < pixels.length; pixel++) {
      int grey = drawn.getRGB(pixel % TinyRuns.SIDE, pixel / TinyRuns.SIDE) & 0xFF;
      assertThat(grey).isEqualTo(pixels[pixel] & 0xFF);
    }
    // What is given of an image is its own upper half, as the model sees it.
    String id = first.getAs("image_id");
    BufferedImage given = REPORT.pictures(id + " with its hole").get(0);
    BufferedImage truth = REPORT.pictures(id + " itself").get(0);
    for (int x = 0; x < TinyRuns.SIDE; x++) {
      assertThat(given.getRGB(x, 0)).isEqualTo(truth.getRGB(x, 0)).isEqualTo(drawn.getRGB(x, 0));
      assertThat(given.getRGB(x, 3) & 0xFF).isNotEqualTo(given.getRGB(x, 3) >> 16 & 0xFF); // blue
    }
  }

  @Test
  void settingsThatDifferAreListed() {
    String settings = REPORT.text().substring(REPORT.text().indexOf("Settings key default"));
    assertThat(settings.substring(0, settings.indexOf("All settings")))
        .contains("model.filters 16 3")
        .contains("train.evaluate-every 0 2")
        .doesNotContain("model.kernel");
    assertThat(settings).contains("model.kernel 3 3");
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(REPORT.html()).contains("default-src 'none'");
    assertThat(REPORT.html().replaceAll("(?s)<(style|script).*?</\\1>", ""))
        .doesNotContainPattern("(?i)(src|href)=\"(?!data:image/png;base64,|#)");
  }
}
