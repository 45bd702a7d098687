package org.lmconv.jobs.page;

import java.util.List;
import java.util.stream.Collectors;
import org.lmconv.jobs.conf.JobConfig.Provenance;
import org.lmconv.jobs.run.RunDirectory;

/** The queries under the charts, for DuckDB: each gives the numbers of its chart. */
final class Sql {
  private static final String PHASE_SECONDS =
      RoundCurves.PHASES.stream()
          .map(phase -> phase + "_seconds")
          .collect(Collectors.joining(" + "));

  private Sql() {}

  /** A table of all runs of the page, as a source of rows. */
  private static String table(List<RunView> runs, String table) {
    String files =
        runs.stream()
            .map(run -> "'%s/%s/*.parquet'".formatted(run.location().replace("'", "''"), table))
            .collect(Collectors.joining(", "));
    return "read_parquet([%s], union_by_name = true)".formatted(files);
  }

  private static String rounds(List<RunView> runs) {
    return table(runs, RunDirectory.ROUNDS);
  }

  private static String nll(List<RunView> runs) {
    return table(runs, RunDirectory.NLL);
  }

  static String trainingByRound(List<RunView> runs) {
    String training =
        "SELECT run_id, 'training' AS what, round, train_nats AS nats\nFROM %s\n"
            .formatted(rounds(runs));
    List<RunView> scored = runs.stream().filter(run -> run.scores().isPresent()).toList();
    String evaluated =
        """
        UNION ALL
        SELECT run_id, concat(split, ' of ', dataset, ', ', weights, ', ', orders), round, avg(nats)
        FROM %s
        WHERE "order" = 'ensemble' AND region = 'all'
        GROUP BY ALL
        """
            .formatted(nll(scored));
    return training + (scored.isEmpty() ? "" : evaluated) + "ORDER BY run_id, what, round";
  }

  static String trainingByTime(List<RunView> runs) {
    return """
    SELECT run_id, round, train_nats,
           sum(%s)
             OVER (PARTITION BY run_id ORDER BY round) AS seconds
    FROM %s
    ORDER BY run_id, round\
    """
        .formatted(PHASE_SECONDS, rounds(runs));
  }

  /** Columns of each round. */
  static String byRound(List<RunView> runs, String columns) {
    return "SELECT run_id, round, %s\nFROM %s\nORDER BY run_id, round"
        .formatted(columns, rounds(runs));
  }

  static String phases(List<RunView> runs) {
    String sums =
        RoundCurves.PHASES.stream()
            .map(phase -> "sum(%1$s_seconds) AS %1$s".formatted(phase))
            .collect(Collectors.joining(", "));
    return "SELECT run_id, %s\nFROM %s\nGROUP BY run_id".formatted(sums, rounds(runs));
  }

  static String perOrder(List<RunView> runs, List<Scores.Key> keys) {
    return """
    SELECT run_id, "order", count(*) AS images, avg(nats) AS nats,
           stddev_samp(nats) / sqrt(count(*)) AS se, avg(bits_per_dim) AS bits_per_dim
    FROM %s
    WHERE %s
    GROUP BY run_id, "order" ORDER BY run_id, "order\"\
    """
        .formatted(nll(runs), where(runs, keys));
  }

  static String imageNats(List<RunView> runs, List<Scores.Key> keys) {
    return """
    SELECT run_id, image_id, label, nats
    FROM %s
    WHERE "order" = 'ensemble'
      AND (%s)
    ORDER BY nats DESC\
    """
        .formatted(nll(runs), where(runs, keys));
  }

  /** The rows of one scoring of each run. */
  private static String where(List<RunView> runs, List<Scores.Key> keys) {
    StringBuilder where = new StringBuilder();
    for (int run = 0; run < keys.size(); run++) {
      where
          .append(run == 0 ? "" : "\n   OR ")
          .append(
              keys.size() == 1
                  ? ""
                  : "run_id = '%s' AND "
                      .formatted(runs.get(run).config().as(Provenance.class).runId()))
          .append(where(keys.get(run)));
    }
    return where.toString();
  }

  private static String where(Scores.Key key) {
    return "round = %d AND region = '%s' AND dataset = '%s' AND split = '%s' AND weights = '%s' AND orders = '%s'"
        .formatted(
            key.round(),
            quoted(key.region()),
            quoted(key.dataset()),
            quoted(key.split()),
            key.weights(),
            quoted(key.orders()));
  }

  private static String quoted(String text) {
    return text.replace("'", "''");
  }
}
