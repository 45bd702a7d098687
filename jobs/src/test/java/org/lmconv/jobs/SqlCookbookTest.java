package org.lmconv.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.train.TrainForTests;

/** Runs the SQL of the manual in both engines, on runs that were scored in every way. */
class SqlCookbookTest {
  private static final String VIEWS = "Views: ";

  @TempDir private static Path folder;
  private static Path runs;
  private static Map<String, List<List<Object>>> answers;

  @BeforeAll
  static void makeRuns() throws IOException {
    runs = folder.resolve("runs");
    String data = "data=" + TinyRuns.table(folder);
    TrainForTests.train(
        "run=" + runs.resolve("quickstart"), data, "train.evaluate-every=2", "train.ema-decay=0.5");
    TrainForTests.train(
        "run=" + runs.resolve("wide"), data, "seed=2", "train.rounds=22"); // more than the mean has
    for (String run : List.of("quickstart", "wide")) {
      scoreInOtherWays(runs.resolve(run).resolve("nll"));
    }
    makeOld(runs.resolve("wide/nll"), "nll-000022-", "ensemble", "nll_map", "scoring");
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
            wrong.where("image_id like '%/12'").withColumn("scoring", lit("")), // of fewer images
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

  /** The SQL of the manual, by title, which is the comment in the first line of a block. */
  private static Map<String, String> cookbook() throws IOException {
    String page = String.join("\n", Docs.page("sql-cookbook"));
    String[] parts = page.split("```sql\n", -1);
    Map<String, String> blocks = new TreeMap<>();
    for (String part : List.of(parts).subList(1, parts.length)) {
      String[] block = part.substring(0, part.indexOf("```")).strip().split("\n", 2);
      assertThat(block[0]).startsWith("-- ");
      assertThat(blocks.put(block[0].substring(3), block[1])).as(block[0] + ", before").isNull();
    }
    return blocks;
  }

  @Test
  void duckDbGivesTheAnswers() throws Exception {
    try (Connection connection = SqlEngine.duckDb()) {
      assertAnswers("DuckDB", SqlEngine.duckDb(connection));
    }
  }

  @Test
  void sparkGivesTheAnswers() throws Exception {
    assertAnswers("Spark SQL", SqlEngine.spark());
  }

  private static void assertAnswers(String name, SqlEngine engine) throws Exception {
    Map<String, String> queries = cookbook();
    queries.replaceAll((title, sql) -> sql.replace("runs/*", runs + "/*").replaceFirst(";$", ""));
    for (String views : List.of(VIEWS + name, VIEWS + "both")) {
      for (String view : queries.get(views).split(";\n")) {
        engine.run(view);
      }
    }
    queries.keySet().removeIf(title -> title.startsWith(VIEWS));
    assertThat(queries).as("every query has an answer here").containsOnlyKeys(answers.keySet());
    for (String title : queries.keySet()) {
      List<Map<String, Object>> rows = engine.run(queries.get(title));
      List<List<Object>> expected = answers.get(title);
      assertThat(rows).as(title).hasSize(expected.size() - 1).isNotEmpty();
      for (int i = 0; i < rows.size(); i++) {
        String where = title + ", row " + i + ", " + rows.get(i);
        assertThat(new ArrayList<Object>(rows.get(i).keySet()))
            .as(where)
            .isEqualTo(expected.get(0));
        assertSame(where, new ArrayList<>(rows.get(i).values()), expected.get(i + 1));
      }
    }
  }

  /** Sums in another sequence round the last digits in another way. */
  private static void assertSame(String where, List<Object> values, List<Object> expected) {
    for (int i = 0; i < expected.size(); i++) {
      if (values.get(i) instanceof Number number && expected.get(i) instanceof Number wanted) {
        double tolerance = 1e-9 * Math.max(1, Math.abs(wanted.doubleValue()));
        assertThat(number.doubleValue())
            .as(where)
            .isEqualTo(wanted.doubleValue(), within(tolerance));
      } else {
        assertThat(values.get(i)).as(where).isEqualTo(expected.get(i));
      }
    }
  }
}
