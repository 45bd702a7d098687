package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.Causes;
import org.lmconv.jobs.UserError;

/** Makes an images table of another source. */
public final class Ingest {
  private final SparkSession spark;
  private final IngestOptions options;
  private final Configuration hadoop;

  private Ingest(SparkSession spark, IngestOptions options) {
    this.spark = spark;
    this.options = options;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
  }

  /**
   * Writes the table and prints what is in it.
   *
   * @throws UserError if the source is missing, damaged or has no images of one shape, or if {@code
   *     data} exists or cannot be written; nothing is left half-written
   */
  public static void run(SparkSession spark, IngestOptions options, PrintStream out) {
    try {
      out.print(new Ingest(spark, options).writeAtOnce());
    } catch (IOException | IllegalArgumentException e) {
      throw cannot(options, e);
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      throw ofATask(options, e);
    }
  }

  private static RuntimeException ofATask(IngestOptions options, Exception e) {
    Optional<UserError> fault = Causes.userError(e);
    if (fault.isPresent()) {
      return fault.get();
    }
    if (Causes.root(e) instanceof IOException root) { // such as a disk that is full
      return cannot(options, root);
    }
    return e instanceof RuntimeException ours ? ours : new IllegalStateException(e);
  }

  private static UserError cannot(IngestOptions options, Throwable e) {
    return new UserError(
        "cannot ingest path=%s to data=%s: %s"
            .formatted(options.path(), options.data(), e.getMessage()),
        e);
  }

  /** Writes beside the table's place and moves there once all is well. */
  private String writeAtOnce() throws IOException {
    Staging staging = Staging.create(options.data(), hadoop);
    try {
      return options.source().equals("mnist") ? copyMnist(staging) : write(staging);
    } finally {
      staging.remove(hadoop);
    }
  }

  private String copyMnist(Staging staging) throws IOException {
    FileSystem files = new Path(options.path()).getFileSystem(hadoop);
    String found = new MnistCopy(options, files).write(staging.images(), hadoop);
    staging.publish(false, hadoop);
    return "%s: %s; written to %s%n".formatted(options.source(), found, options.data());
  }

  private String write(Staging staging) throws IOException {
    long start = System.nanoTime();
    IngestJob job = new IngestJob(spark, options.config(), staging);
    Tally tally =
        switch (options.source()) {
          case "cifar10" -> CifarSource.write(job, options.path());
          case "images" -> FolderSource.write(job, options.path());
          case "celebahq" -> CelebaSource.write(job, options.path());
          case "table" -> TableSource.write(job, options.path());
          default -> throw new IllegalStateException(options.source());
        };
    if (tally.imageCount() == 0) {
      throw new UserError(
          "path=%s gave no images%s; name another"
              .formatted(options.path(), Summary.reasons(tally)));
    }
    staging.publish(tally.faultCount() > 0, hadoop);
    return Summary.of(options, tally, (System.nanoTime() - start) * 1e-9);
  }
}
