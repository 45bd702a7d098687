package org.lmconv.jobs.run;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.Region;

/**
 * A directory of Parquet files that many jobs write their rows to. The rows of a job are one file,
 * which appears whole, in one rename, and whose name says what was computed: an equal job puts its
 * rows in the place of the earlier ones, and no other job touches them. Readers of the whole
 * directory see the rows of all jobs.
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
   * A hash of all that decides the numbers of a job, 16 hexadecimal digits.
   *
   * @param parts texts, numbers, lists; an order or a region counts by its pixels too, since the
   *     name of one that came from a file says little
   */
  public static String identity(Object... parts) {
    String all = Arrays.stream(parts).map(RowFiles::whole).collect(Collectors.joining("\0"));
    return HexFormat.of().toHexDigits(Seeds.of(all));
  }

  private static String whole(Object part) {
    if (part instanceof OrderSet orders) {
      return orders.orders().stream()
          .map(order -> order.name() + Arrays.toString(order.pixels()))
          .collect(Collectors.joining());
    }
    return part instanceof Region region
        ? region.name()
            + IntStream.range(0, region.grid().pixels()).filter(region::contains).boxed().toList()
        : String.valueOf(part);
  }

  /**
   * The prefix of a job.
   *
   * @param identity of it
   * @param parts to read, with what is no letter, digit or "_" replaced
   */
  public static String prefix(String identity, String... parts) {
    return Stream.concat(Arrays.stream(parts), Stream.of(identity))
        .map(part -> part.replaceAll("[^A-Za-z0-9_]", "_") + "-")
        .collect(Collectors.joining());
  }

  /**
   * Writes the rows aside, as many tasks as they are, and then as one file, which is moved in.
   *
   * @param prefix of the name of the file: letters, digits, "_" and "-"; none may begin with that
   *     of another job
   * @throws UserError if nothing can be written there
   * @throws IOException if writing or moving the file fails
   */
  public void write(Dataset<Row> rows, String prefix) throws IOException {
    FileSystem files = files();
    Path aside = new Path(directory, "_writing-" + prefix); // readers pass over "_"
    requireWritable(files, aside);
    try {
      String parts = new Path(aside, "parts").toString();
      rows.write().mode(SaveMode.Overwrite).parquet(parts);
      Path whole = new Path(aside, "whole");
      Dataset<Row> one = spark.read().schema(rows.schema()).parquet(parts).coalesce(1);
      one.write().mode(SaveMode.Overwrite).parquet(whole.toString());
      FileStatus[] written = files.globStatus(new Path(whole, "part-*.parquet"));
      new Storage(spark.sparkContext().hadoopConfiguration())
          .publish(written[0].getPath(), file(prefix));
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
    Path file = file(prefix);
    return files().exists(file)
        ? Optional.of(spark.read().parquet(file.toString()))
        : Optional.empty();
  }

  private Path file(String prefix) throws IOException {
    return files().makeQualified(new Path(directory, prefix + "00000.parquet"));
  }

  private FileSystem files() throws IOException {
    return directory.getFileSystem(spark.sparkContext().hadoopConfiguration());
  }
}
