package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.IngestKeys;

/** The command ingest within the test's own Spark. */
public final class Ingests {
  private Ingests() {}

  /** Runs the command with these words. */
  public static String run(String... words) {
    Printed out = new Printed();
    Ingest.run(TestSpark.session(), IngestOptions.of(config(words)), out);
    return out.text();
  }

  static JobConfig config(String... words) {
    return ConfigLoader.load(Optional.empty(), List.of(words), "ingest", IngestKeys.class);
  }

  /** Runs it for a source, with further words. */
  static String run(String source, Path path, Path data, String... words) {
    return run(
        Stream.concat(
                Stream.of("source=" + source, "path=" + path, "data=" + data), Stream.of(words))
            .toArray(String[]::new));
  }

  /** A command is refused with a message that has these parts, and leaves nothing behind. */
  static void refuses(ThrowingCallable command, Path data, String... parts) {
    assertThatThrownBy(command).isInstanceOf(UserError.class).hasMessageContainingAll(parts);
    if (Files.exists(data.getParent())) {
      assertThat(data.getParent()).isEmptyDirectory();
    }
  }

  /** The rows of a table, by their first column. */
  static List<Row> rows(Object table) {
    Dataset<Row> rows = TestSpark.session().read().parquet(table.toString());
    return rows.orderBy(rows.columns()[0]).collectAsList();
  }
}
