package org.lmconv.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.train.TrainForTests;

/** Runs the SQL of the manual in both engines, on runs that were scored in every way. */
class SqlCookbookTest {
  @TempDir private static Path folder;
  private static Path runs;
  private static Cookbook cookbook;
  private static CookbookAnswers answers;

  @BeforeAll
  static void makeRuns() throws IOException {
    runs = folder.resolve("runs");
    cookbook = Cookbook.read();
    String data = "data=" + TinyRuns.table(folder);
    TrainForTests.train(
        "run=" + runs.resolve("quickstart"), data, "train.evaluate-every=2", "train.ema-decay=0.5");
    TrainForTests.train(
        "run=" + runs.resolve("wide"), data, "seed=2", "train.rounds=22"); // more than the mean has
    for (String run : List.of("quickstart", "wide")) {
      scoreInOtherWays(runs.resolve(run).resolve("nll"));
    }
    makeOld(runs.resolve("wide/nll"), "nll-000022-", "ensemble", "nll_map");
    makeOld(runs.resolve("wide/rounds"), "rounds-000001-", "ended_at");
    answers = CookbookAnswers.of(runs);
  }

  /**
   * Adds what scorings of the same images in other ways would, with numbers that are wrong here.
   */
  private static void scoreInOtherWays(Path nll) throws IOException {
    Dataset<Row> rows = TestSpark.session().read().parquet(nll.toString());
    Dataset<Row> wrong = rows.withColumn("nats", col("nats").plus(1000));
    String last = rows.first().<String>getAs("orders").replace(",", "+bottom,") + "+bottom";
    Dataset<Row> ordersThatEndBelow =
        wrong.withColumn("orders", lit(last)).withColumn("ensemble", lit(last));
    Dataset<Row> oneOrder =
        wrong.withColumn("orders", lit("raster/0")).withColumn("ensemble", lit("raster/0"));
    Stream.of(
            ordersThatEndBelow,
            ordersThatEndBelow.withColumn("region", lit("bottom")),
            oneOrder,
            wrong.withColumn("ensemble", lit("s_curve/0")),
            wrong.withColumn("binarize", lit("threshold")),
            wrong.withColumn("split", lit("train")))
        .reduce(Dataset::union)
        .orElseThrow()
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(nll.toString());
  }

  /** Takes columns away from the files of a directory that earlier versions would have written. */
  private static void makeOld(Path directory, String prefix, String... columns) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
    TestSpark.session()
        .read()
        .parquet(files.stream().map(Path::toString).toArray(String[]::new))
        .drop(columns)
        .localCheckpoint() // read before its files are gone
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(directory.toString());
    for (Path file : files) {
      Files.delete(file);
    }
  }

  private static List<List<Map<String, Object>>> run(String engine, SqlEngine sql)
      throws SQLException {
    for (String view : cookbook.views(engine)) {
      sql.run(here(view));
    }
    List<List<Map<String, Object>>> results = new ArrayList<>();
    for (String title : cookbook.queries()) {
      results.add(sql.run(here(cookbook.query(title))));
    }
    return results;
  }

  private static String here(String statement) {
    return statement.replace("runs/*", runs + "/*");
  }

  @Test
  void everyQueryHasAnAnswerHere() {
    assertThat(cookbook.queries()).isEqualTo(answers.titles());
  }

  @Test
  void duckDbGivesTheAnswers() throws SQLException {
    try (Connection connection = SqlEngine.duckDb()) {
      assertAnswers(run("DuckDB", SqlEngine.duckDb(connection)));
    }
  }

  @Test
  void sparkGivesTheAnswers() throws SQLException {
    assertAnswers(run("Spark SQL", SqlEngine.spark()));
  }

  private static void assertAnswers(List<List<Map<String, Object>>> results) {
    int query = 0;
    for (String title : cookbook.queries()) {
      assertSame(title, results.get(query), answers.of(title));
      query++;
    }
  }

  private static void assertSame(
      String title, List<Map<String, Object>> rows, List<Map<String, Object>> expected) {
    assertThat(rows).as(title).hasSameSizeAs(expected).isNotEmpty();
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> row = rows.get(i);
      String where = title + ", row " + i + ", " + row;
      assertThat(row.keySet()).as(where).containsExactlyElementsOf(expected.get(i).keySet());
      expected.get(i).forEach((column, value) -> assertSameValue(where, row.get(column), value));
    }
  }

  /** Sums in another sequence round the last digits in another way. */
  private static void assertSameValue(String where, Object value, Object expected) {
    if (value instanceof Number number && expected instanceof Number wanted) {
      double tolerance = 1e-9 * Math.max(1, Math.abs(wanted.doubleValue()));
      assertThat(number.doubleValue()).as(where).isEqualTo(wanted.doubleValue(), within(tolerance));
    } else {
      assertThat(value).as(where).isEqualTo(expected);
    }
  }
}
