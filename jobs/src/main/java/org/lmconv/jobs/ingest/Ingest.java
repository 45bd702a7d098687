package org.lmconv.jobs.ingest;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.session.SparkSessions;

/** Makes an images table of another source. */
public final class Ingest {
  private Ingest() {}

  /**
   * Writes the table in a session of its own.
   *
   * @throws UserError if a key is missing, or as {@link #run(SparkSession, IngestOptions,
   *     PrintStream)} does
   */
  public static void run(JobConfig config, PrintStream out) throws IOException {
    IngestOptions options = IngestOptions.of(config);
    try (SparkSession spark = SparkSessions.forTasks("lmconv ingest", config)) {
      run(spark, options, out);
    }
  }

  /**
   * Writes the table and prints what is in it.
   *
   * @throws UserError if the source is missing, damaged or has no images of one shape, or if {@code
   *     data} exists or cannot be written; nothing is left half-written
   */
  public static void run(SparkSession spark, IngestOptions options, PrintStream out) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    String summary;
    try (Staging staging = new Staging(options.data(), hadoop)) {
      summary =
          options.source().equals("mnist")
              ? Mnist.write(options, staging, hadoop)
              : write(options, new IngestJob(spark, options.config(), staging));
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      throw refusal(options, e);
    }
    out.print(summary);
  }

  private static RuntimeException refusal(IngestOptions options, Exception e) {
    Optional<UserError> fault = Causes.userError(e);
    if (fault.isPresent()) {
      return fault.get();
    }
    boolean plain = e instanceof IOException || e instanceof IllegalArgumentException;
    Throwable reason = plain ? e : Causes.root(e);
    if (plain || reason instanceof IOException) { // such as a disk that is full
      return new UserError(
          "cannot ingest path=%s to data=%s: %s"
              .formatted(options.path(), options.data(), reason.getMessage()),
          reason);
    }
    return e instanceof RuntimeException ours ? ours : new IllegalStateException(e);
  }

  private static String write(IngestOptions options, IngestJob job) throws IOException {
    long start = System.nanoTime();
    Tally tally =
        switch (options.source()) {
          case "cifar10" -> Cifar.write(job, options.path());
          case "images" -> FolderSource.write(job, options.path());
          case "celebahq" -> Celeba.write(job, options.path());
          case "table" -> TableSource.write(job, options.path());
          default -> throw new IllegalStateException(options.source());
        };
    if (tally.imageCount() == 0) {
      throw new UserError(
          "path=%s gave no images%s; name another".formatted(options.path(), tally.reasons()));
    }
    job.staging().publish(tally.faultCount() > 0);
    return tally.summary(options, (System.nanoTime() - start) * 1e-9);
  }
}
