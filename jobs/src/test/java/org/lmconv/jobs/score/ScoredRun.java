package org.lmconv.jobs.score;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.train.TrainForTests;

/**
 * A run, and what {@code nll} makes of it.
 *
 * @param trained what its training printed
 */
record ScoredRun(Path folder, String trained) {
  /** Made once: four rounds on tiny images under eight orders. */
  static final ScoredRun TINY = train();

  private static ScoredRun train() {
    try {
      Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "scored-run-");
      Path run = folder.resolve("run");
      return new ScoredRun(
          run, TrainForTests.train("run=" + run, "data=" + TinyRuns.table(folder)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The images that {@link #TINY} was trained on, 12, and those to test with, 7. */
  static String data() {
    return TINY.folder.resolveSibling("tiny.parquet").toString();
  }

  /** Scores into a directory, and returns what was printed. */
  String nll(Path out, String... words) throws IOException {
    return NllForTests.nll(
        Stream.concat(Stream.of("run=" + folder, "out=" + out), Stream.of(words))
            .toArray(String[]::new));
  }

  /** The rows in a directory, by image and order. */
  static List<Row> rows(Path out) {
    return table(out).orderBy("image_id", "order").collectAsList();
  }

  static Dataset<Row> table(Path out) {
    return TestSpark.session().read().parquet(out.toString());
  }

  static double nats(Row row) {
    return row.<Double>getAs("nats");
  }

  static boolean isEnsemble(Row row) {
    return row.getAs("order").equals("ensemble");
  }
}
