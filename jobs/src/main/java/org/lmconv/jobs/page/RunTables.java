package org.lmconv.jobs.page;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.data.ParquetFaults;
import org.lmconv.jobs.run.RunDirectory;
import org.lmconv.jobs.run.RunTable;

/**
 * The Parquet tables of the runs of a page, as SQL sees them: each table has the rows of all runs,
 * and a column {@code run} with their names. The queries are of what Spark SQL and DuckDB have in
 * common.
 */
final class RunTables {
  /** Columns that files of earlier versions lack. */
  private static final Set<String> LATER =
      Set.of(
          "ensemble",
          "nll_map",
          "scoring",
          "parameter_crc",
          "compute_share",
          "driver_bytes",
          "driver_rss_bytes",
          "participants",
          "ended_at");

  private final SparkSession spark;
  private final Map<String, Dataset<Row>> views = new HashMap<>();

  /** What DuckDB reads, by table. */
  private final Map<String, List<String>> sources = new LinkedHashMap<>();

  RunTables(SparkSession spark) {
    this.spark = spark.newSession(); // with views of its own
  }

  /**
   * Adds a run's rows of a table, if it has any file. A column that files lack is null.
   *
   * @throws UserError if a file is no whole Parquet file, or it is no such table
   */
  Optional<Dataset<Row>> add(String run, Path root, RunTable<?> table) throws IOException {
    Path directory = new Path(root, table.directory());
    List<String> files = files(directory);
    if (files.isEmpty()) {
      return Optional.empty();
    }
    Dataset<Row> rows =
        spark.read().option("mergeSchema", true).parquet(files.toArray(String[]::new));
    List<String> missing = new ArrayList<>(table.columns());
    missing.removeAll(Arrays.asList(rows.columns()));
    if (!LATER.containsAll(missing)) {
      throw new UserError(
          "%s has no column %s, so it is not the table of a run; move it elsewhere"
              .formatted(RunDirectory.location(directory), String.join(", ", missing)));
    }
    String nulls = missing.stream().map(", NULL AS %s"::formatted).collect(Collectors.joining());
    sources
        .computeIfAbsent(table.directory(), name -> new ArrayList<>())
        .add(
            "SELECT %s AS run, *%s\n  FROM read_parquet(%s, union_by_name = true)"
                .formatted(
                    quoted(run), nulls, quoted(RunDirectory.location(directory) + "/*.parquet")));
    // Of a constant, Spark would take no partitions of a window, and warn of it.
    Dataset<Row> named = rows.withColumn("run", concat(lit(run), substring(col("run_id"), 1, 0)));
    for (String column : missing) {
      StructField field = table.schema().apply(column);
      named = named.withColumn(column, lit(null).cast(field.dataType()));
    }
    views.merge(table.directory(), named, (all, more) -> all.unionByName(more, true));
    views.get(table.directory()).createOrReplaceTempView(table.directory());
    return Optional.of(named);
  }

  /** The rows that a query of these tables gives. */
  List<Row> rows(String query) {
    return spark.sql(query.replace("\\", "\\\\")).collectAsList(); // plain in DuckDB
  }

  /** The same query with the tables in the words of DuckDB. */
  String duckDb(String query) {
    return sources.entrySet().stream()
        .filter(table -> query.matches("(?s).*(FROM|JOIN) %s\\b.*".formatted(table.getKey())))
        .map(
            table ->
                table.getKey()
                    + " AS (\n  "
                    + String.join("\n  UNION ALL BY NAME ", table.getValue())
                    + ")")
        .collect(Collectors.joining(", ", "WITH ", "\n" + query));
  }

  /** A text as SQL has it. */
  static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private List<String> files(Path directory) throws IOException {
    FileSystem files = directory.getFileSystem(spark.sparkContext().hadoopConfiguration());
    FileStatus[] found = files.globStatus(new Path(directory, "[^._]*.parquet"));
    List<String> names = new ArrayList<>();
    for (FileStatus file : found == null ? new FileStatus[0] : found) {
      // Spark would find out itself, but only after printing pages about it.
      if (!ParquetFaults.isWhole(files, file)) {
        throw new UserError(
            "%s is not a whole Parquet file; delete it, or copy it again"
                .formatted(RunDirectory.location(file.getPath())));
      }
      names.add(file.getPath().toString());
    }
    return names;
  }
}
