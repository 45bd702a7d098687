package org.lmconv.jobs.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;

/** Tells files that are no Parquet. */
public final class ParquetFaults {
  private static final int MAGIC_BYTES = 4;

  private ParquetFaults() {}

  /** Reads Parquet. */
  @FunctionalInterface
  public interface Body<T, E extends Exception> {
    T read() throws E;
  }

  /**
   * What a body reads.
   *
   * @throws UserError with this message if Spark meets a file that is no Parquet, or finds none at
   *     all, at once or in a task
   */
  public static <T, E extends Exception> T refuse(String message, Body<T, E> body) throws E {
    try {
      return body.read();
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      if (isUnreadable(e)) {
        throw new UserError(message, e);
      }
      throw e;
    }
  }

  private static boolean isUnreadable(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String condition = cause instanceof SparkThrowable spark ? spark.getCondition() : null;
      if (condition != null
          && (condition.startsWith("FAILED_READ_FILE")
              || condition.startsWith("UNABLE_TO_INFER_SCHEMA"))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether there is something at a path or pattern.
   *
   * @throws UserError with this message if it is a file that does not start as Parquet does; Spark
   *     itself finds out too, but prints a page first
   */
  public static boolean isThere(SparkSession spark, String path, String message)
      throws IOException {
    Path pattern = new Path(path);
    FileSystem files = pattern.getFileSystem(spark.sparkContext().hadoopConfiguration());
    FileStatus[] found = files.globStatus(pattern); // Spark reads patterns too
    if (found == null || found.length == 0) {
      return false;
    }
    if (found[0].isFile() && !startsAsParquet(files, found[0].getPath())) {
      throw new UserError(message);
    }
    return true;
  }

  /** Whether a file starts and ends as Parquet does, so that it was not cut off. */
  public static boolean isWhole(FileSystem files, FileStatus file) throws IOException {
    if (!startsAsParquet(files, file.getPath())) {
      return false;
    }
    try (FSDataInputStream in = files.open(file.getPath())) {
      in.seek(Math.max(0, file.getLen() - MAGIC_BYTES));
      return isMagic(in);
    }
  }

  private static boolean startsAsParquet(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return isMagic(in);
    }
  }

  private static boolean isMagic(InputStream in) throws IOException {
    String magic = new String(in.readNBytes(MAGIC_BYTES), StandardCharsets.US_ASCII);
    return magic.equals("PAR1") || magic.equals("PARE"); // the latter is encrypted
  }
}
