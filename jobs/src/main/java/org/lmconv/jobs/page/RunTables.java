package org.lmconv.jobs.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.data.ParquetFaults;
import org.lmconv.jobs.run.RunDirectory;

/** The Parquet tables of a run, of which any may be missing. */
final class RunTables {
  private final SparkSession spark;
  private final Path root;

  RunTables(SparkSession spark, Path root) {
    this.spark = spark;
    this.root = root;
  }

  /**
   * The rows of a table, if it has any file. A column that some files lack is null in their rows.
   *
   * @param columns that it must have
   * @throws UserError if a file is no whole Parquet file, or a column is missing in all
   */
  Optional<Dataset<Row>> read(String table, String... columns) throws IOException {
    Path directory = new Path(root, table);
    List<String> files = files(directory);
    if (files.isEmpty()) {
      return Optional.empty();
    }
    Dataset<Row> rows =
        spark.read().option("mergeSchema", true).parquet(files.toArray(String[]::new));
    List<String> missing = new ArrayList<>(Arrays.asList(columns));
    missing.removeAll(Arrays.asList(rows.columns()));
    if (!missing.isEmpty()) {
      throw new UserError(
          "%s has no column %s, so it is not the table of a run; move it elsewhere"
              .formatted(RunDirectory.location(directory), String.join(", ", missing)));
    }
    return Optional.of(rows);
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
