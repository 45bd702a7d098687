package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.draw.DrawForTests;
import org.lmconv.jobs.score.NllForTests;
import org.lmconv.jobs.train.TrainForTests;

/**
 * A trained, scored and completed tiny model with its report, made once for all tests of this JVM.
 * Its folder also has its images, {@code tiny.parquet}.
 */
final class ReportedRun {
  /** Where the run is, as {@code run}; tests may add folders of their own. */
  static final Path FOLDER = folder();

  static final WrittenReport REPORT = make();

  private ReportedRun() {}

  private static Path folder() {
    try {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "reported-run-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WrittenReport make() {
    String run = "run=" + FOLDER.resolve("run");
    try {
      String data = "data=" + TinyRuns.table(FOLDER);
      TrainForTests.train(run, data, "train.evaluate-every=2", "train.learning-rate=0.01");
      NllForTests.nll(run, "region=bottom", "orders=[s_curve/0+bottom]");
      DrawForTests.complete(run, "region=bottom", "draw.images=3", "draws=2");
      DrawForTests.complete(
          run, "region=bottom", "draw.images=1", "draws=2", "seed=2", "draw.mixture-temperature=0");
      DrawForTests.sample(run, "count=5");
      return write("report.html", "run");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the report of runs in the folder. */
  static WrittenReport write(String file, String... runs) throws IOException {
    Path to = FOLDER.resolve(file);
    List<String> paths = Stream.of(runs).map(run -> FOLDER.resolve(run).toString()).toList();
    Printed out = new Printed();
    Report.write(TestSpark.session(), paths, to.toString(), out);
    assertThat(out.text()).isEqualTo("report: " + to + "\n");
    return new WrittenReport(to);
  }

  /** A table of the run. */
  static Dataset<Row> table(String name) {
    return TestSpark.session().read().parquet(FOLDER.resolve("run").resolve(name).toString());
  }

  /** Nats of the test images under the ensemble, least first. */
  static List<Row> images() {
    return table("nll")
        .where("round = 4 AND region = 'all' AND `order` = 'ensemble'")
        .collectAsList()
        .stream()
        .sorted(Comparator.comparing((Row row) -> row.<Double>getAs("nats")))
        .toList();
  }

  /** A Parquet file of a table in the folder. */
  static Path fileOf(String table) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(table))) {
      return files.filter(each -> each.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }
}
