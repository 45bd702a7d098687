package org.lmconv.jobs.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;

/** Tells files that are no Parquet. */
public final class ParquetFaults {
  private static final int MAGIC_BYTES = 4;

  private ParquetFaults() {}

  /** Whether a file starts as Parquet does. Spark itself finds out too, but prints a page first. */
  public static boolean startsAsParquet(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return isMagic(in);
    }
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

  private static boolean isMagic(InputStream in) throws IOException {
    String magic = new String(in.readNBytes(MAGIC_BYTES), StandardCharsets.US_ASCII);
    return magic.equals("PAR1") || magic.equals("PARE"); // the latter is encrypted
  }

  /** Whether Spark met a file that is no Parquet, or found none at all, at once or in a task. */
  public static boolean isUnreadable(Throwable error) {
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
}
