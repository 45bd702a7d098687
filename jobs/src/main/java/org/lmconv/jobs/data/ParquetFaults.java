package org.lmconv.jobs.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;

/** Tells files that are no Parquet. */
public final class ParquetFaults {
  private ParquetFaults() {}

  /** Whether a file starts as Parquet does. Spark itself finds out too, but prints a page first. */
  public static boolean startsAsParquet(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      String start = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
      return start.equals("PAR1") || start.equals("PARE"); // the latter is encrypted
    }
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
