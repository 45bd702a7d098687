package org.lmconv.jobs.run;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.Seeds;

/**
 * A directory of Parquet files that many jobs write their rows to, each job to files of its own,
 * which begin with a prefix. An equal job has the same prefix, so that its rows replace the earlier
 * ones. Readers of the whole directory see the rows of all jobs.
 */
public final class RowFiles {
  private final SparkSession spark;
  private final Path directory;

  /**
   * @param directory on any file system that Hadoop knows; it need not exist yet
   */
  public RowFiles(SparkSession spark, Path directory) {
    this.spark = spark;
    this.directory = directory;
  }

  /**
   * The prefix of a job.
   *
   * @param how all that tells it from other jobs; only a hash of it is in the prefix
   * @param parts to read, with what is no letter, digit or "_" replaced
   */
  public static String prefix(String how, String... parts) {
    String hash = HexFormat.of().toHexDigits(Seeds.of(how)).substring(0, 8);
    return Stream.concat(Arrays.stream(parts), Stream.of(hash))
        .map(part -> part.replaceAll("[^A-Za-z0-9_]", "_") + "-")
        .collect(Collectors.joining());
  }

  /**
   * Writes the rows aside, then moves the finished files in, in the place of those of an equal job.
   *
   * @param prefix of the names of the files: letters, digits, "_" and "-"; none may begin with that
   *     of another job
   * @throws UserError if nothing can be written there
   * @throws IOException if writing or moving the files fails
   */
  public void write(Dataset<Row> rows, String prefix) throws IOException {
    FileSystem files = files();
    Path aside = new Path(directory, "_writing-" + prefix); // readers pass over "_"
    requireWritable(files, aside);
    try {
      rows.write().mode(SaveMode.Overwrite).parquet(aside.toString());
      for (FileStatus old : parts(prefix)) {
        files.delete(old.getPath(), false);
      }
      FileStatus[] written = files.globStatus(new Path(aside, "part-*.parquet"));
      for (int i = 0; i < written.length; i++) {
        Path target = new Path(directory, "%s%05d.parquet".formatted(prefix, i));
        if (!files.rename(written[i].getPath(), target)) {
          throw new IOException("cannot rename %s to %s".formatted(written[i].getPath(), target));
        }
      }
    } finally {
      files.delete(aside, true);
    }
  }

  /** Before the job: Spark would find out itself, but only after printing pages about it. */
  private static void requireWritable(FileSystem files, Path aside) {
    String why = "no folder can be made there";
    try {
      if (files.mkdirs(aside)) {
        return;
      }
    } catch (IOException e) {
      why = e.getMessage();
    }
    throw new UserError(
        "%s cannot be written to: %s; name another folder with out=DIR"
            .formatted(RunDirectory.location(aside.getParent()), why));
  }

  /** The rows that {@link #write} left under this prefix, if it did. */
  public Optional<Dataset<Row>> read(String prefix) throws IOException {
    String[] parts =
        Arrays.stream(parts(prefix)).map(file -> file.getPath().toString()).toArray(String[]::new);
    return parts.length == 0 ? Optional.empty() : Optional.of(spark.read().parquet(parts));
  }

  private FileStatus[] parts(String prefix) throws IOException {
    FileStatus[] found = files().globStatus(new Path(directory, prefix + "*.parquet"));
    return found == null ? new FileStatus[0] : found;
  }

  private FileSystem files() throws IOException {
    return directory.getFileSystem(spark.sparkContext().hadoopConfiguration());
  }
}
