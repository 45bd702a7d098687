package org.lmconv.jobs.ingest;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.lmconv.jobs.TestSpark;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.KeySet;

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
    return ConfigLoader.load(Optional.empty(), List.of(words), "ingest", KeySet.INGEST);
  }

  /** The rows of a table, by their first column. */
  static List<Row> rows(Object table) {
    Dataset<Row> rows = TestSpark.session().read().parquet(table.toString());
    return rows.orderBy(rows.columns()[0]).collectAsList();
  }
}
