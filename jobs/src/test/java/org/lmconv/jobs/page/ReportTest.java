package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.lmconv.jobs.page.ReportedRun.FOLDER;
import static org.lmconv.jobs.page.ReportedRun.REPORT;
import static org.lmconv.jobs.page.ReportedRun.fileOf;
import static org.lmconv.jobs.page.ReportedRun.images;
import static org.lmconv.jobs.page.ReportedRun.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.Keys.ReportKeys;
import org.lmconv.jobs.train.TrainForTests;

/** Reports of several runs, of runs that lack something, and of what is no run. */
class ReportTest {
  @Test
  void runsAreComparedSideBySide() throws IOException {
    TrainForTests.train(
        "run=" + FOLDER.resolve("other/run"),
        "data=" + FOLDER.resolve("tiny.parquet"),
        "model.filters=4");
    WrittenReport both = write("both.html", "run", "other/run");
    // Two directories of one name go by their paths.
    assertThat(both.chart("orders-all").get("series").get(0).get("name").asText())
        .isEqualTo(FOLDER.resolve("run").toString());
    assertThat(both.y("orders-all", 0)).isEqualTo(REPORT.y("orders-all", 0));
    assertThat(both.chart("phases").get("categories")).hasSize(2);
    assertThat(both.chart("training-rounds").get("series")).hasSize(4);
    assertThat(both.text())
        .contains("model.filters 16 3 4")
        .contains("Nothing has been completed. bin/lmconv complete run=" + FOLDER + "/other/run");
  }

  @Test
  void sectionsWithoutDataSaySo() throws IOException {
    Path empty = Files.createDirectories(FOLDER.resolve("empty"));
    Files.copy(FOLDER.resolve("run/config.conf"), empty.resolve("config.conf"));
    WrittenReport nothing = write("empty.html", "empty");
    assertThat(nothing.chartIds()).isEmpty();
    assertThat(nothing.text())
        .contains("There are no training rounds: this model was trained elsewhere, or not yet.")
        .contains("No images have been scored yet. bin/lmconv nll run=" + empty)
        .contains("Nothing has been completed.")
        .contains("Nothing has been sampled.")
        .contains("No drawing: without a checkpoint the size of the images is not known.");

    // As an imported checkpoint has it that was scored.
    copy("run/nll", "empty/nll");
    WrittenReport scored = write("scored.html", "empty");
    assertThat(scored.chartIds()).containsExactly("orders-all", "orders-1", "histogram");
    assertThat(scored.y("orders-all", 0)).isEqualTo(REPORT.y("orders-all", 0));
    WrittenReport both = write("mixed.html", "empty", "run");
    assertThat(both.text()).contains("Without training rounds: empty.");
  }

  private static void copy(String from, String to) throws IOException {
    Files.createDirectories(FOLDER.resolve(to));
    try (Stream<Path> files = Files.list(FOLDER.resolve(from))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        Files.copy(file, FOLDER.resolve(to).resolve(file.getFileName()));
      }
    }
  }

  @Test
  void imagesThatAreGoneAreNamed() throws IOException {
    Path moved = Files.createDirectories(FOLDER.resolve("moved"));
    String config = Files.readString(FOLDER.resolve("run/config.conf"));
    Files.writeString(
        moved.resolve("config.conf"), config.replace("tiny.parquet", "gone/tiny.parquet"));
    copy("run/nll", "moved/nll");
    copy("run/completions", "moved/completions");
    WrittenReport gone = write("gone.html", "moved");
    assertThat(gone.text())
        .contains("The images table of the run is not where it was, so that there are names only.")
        .contains(images().get(0).<String>getAs("image_id"));
    assertThat(gone.pictures("draw ")).hasSize(6 + 2);
    assertThat(gone.html()).doesNotContain("with its hole");
  }

  @Test
  void faultsAreToldInWords() throws IOException {
    assertRefused("run=/nowhere: there is no run; train one, or name another run=DIR", "/nowhere");
    Path cut = Files.createDirectories(FOLDER.resolve("cut/rounds"));
    Files.copy(FOLDER.resolve("run/config.conf"), cut.resolveSibling("config.conf"));
    Path file = cut.resolve("rounds-000001-000004.parquet");
    byte[] whole = Files.readAllBytes(fileOf("run/rounds"));
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(file + " is not a whole Parquet file; delete it", cut.getParent().toString());
    Files.copy(fileOf("run/nll_summary"), file, StandardCopyOption.REPLACE_EXISTING);
    assertRefused("cut/rounds has no column images_seen, train_nats", cut.getParent().toString());
  }

  private static void assertRefused(String message, String run) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () ->
                Report.write(
                    TestSpark.session(),
                    List.of(run),
                    FOLDER.resolve("none.html").toString(),
                    new Printed()))
        .withMessageContaining(message);
    assertThat(FOLDER.resolve("none.html")).doesNotExist();
  }

  @Test
  void wordsThatMakeNoSenseAreRefused() {
    assertWordsRefused("run=A,A must name different runs", "run=A,A");
    assertWordsRefused("run=, must name different runs", "run=,");
    assertWordsRefused("out is not given; say where the report of 2 runs goes", "run=A,B");
    assertWordsRefused("out=page.pdf: name a file that ends in .html", "run=A", "out=page.pdf");
  }

  private static void assertWordsRefused(String message, String... words) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(
            () ->
                Report.run(
                    ConfigLoader.load(Optional.empty(), List.of(words), "report", ReportKeys.class),
                    new Printed()))
        .withMessageContaining(message);
  }
}
