package org.lmconv.jobs.score;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.TestSpark;

/**
 * A run in a folder of its own, and what {@code nll} makes of it.
 *
 * @param folder of the run
 */
record ScoredRun(Path folder) {

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
