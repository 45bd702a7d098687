package org.lmconv.notebooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBDriver;

/** Small runs in Parquet, with the columns that the README documents, written by DuckDB. */
final class Fixtures {
  /** Images of 8x8 pixels in colour, and their ids. */
  private static final String COLOUR_IMAGES =
      "8 AS height, 8 AS width, 3 AS channels, unhex(repeat('10F0A0', 64)) AS pixels";

  private Fixtures() {}

  /** Writes the answer to a query to {@code folder/part.parquet}. */
  static void write(Path folder, String query) throws SQLException, IOException {
    Files.createDirectories(folder);
    String file = folder.resolve("part.parquet").toString().replace("'", "''");
    try (Connection duckdb = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
        Statement statement = duckdb.createStatement()) {
      statement.execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(query, file));
    }
  }

  /** A run of 30 rounds on ten images of 8x8, scored under the eight S-curves, whole and bottom. */
  static void run(Path folder) throws SQLException, IOException {
    rounds(folder.resolve("rounds"));
    nll(folder.resolve("nll"));
    write(
        folder.resolve("nll_summary"),
        """
        SELECT run_id, round, dataset, split, "order", region, count(*) AS images, avg(nats) AS nats,
               stddev(nats) / sqrt(count(*)) AS nats_se, avg(bits_per_dim) AS bits_per_dim,
               stddev(bits_per_dim) / sqrt(count(*)) AS bits_per_dim_se, weights, binarize, orders, ensemble
        FROM read_parquet('%s') GROUP BY ALL\
        """
            .formatted(folder.resolve("nll/*.parquet").toString().replace("'", "''")));
    completions(folder.resolve("completions"));
    Files.writeString(
        folder.resolve("config.conf"),
        "orders = [\"s_curve/*\"]\nmodel.kernel = 5\nmodel.resnets = 2\n");
  }

  private static void rounds(Path folder) throws SQLException, IOException {
    write(
        folder,
        """
        SELECT 'fixture' AS run_id, n::INT AS round, (8 * n)::BIGINT AS images_seen,
               300 / sqrt(n) AS train_nats, 1 / sqrt(n) AS train_bits_per_dim, 0.001 AS learning_rate,
               2::INT AS workers, (CASE WHEN n <= 10 THEN 1 ELSE 16 END)::INT AS local_steps,
               0.01 AS broadcast_seconds, 0.5 AS compute_seconds, 0.03 AS collect_seconds,
               0.001 AS update_seconds, CASE WHEN n % 10 = 0 THEN 0.2 ELSE 0 END AS checkpoint_seconds,
               15.0 AS images_per_second, 1000::BIGINT AS bytes_down, 1000::BIGINT AS bytes_up,
               NULL::BIGINT AS rss_bytes, 7::BIGINT AS parameter_crc, 0.9 AS compute_share
        FROM range(1, 31) AS rounds(n)\
        """);
  }

  /** Each order has its own offset; the ensemble is what the README defines. */
  private static void nll(Path folder) throws SQLException, IOException {
    write(
        folder,
        """
        WITH one AS (
          SELECT 'fixture' AS run_id, 30::INT AS round, 'digits' AS dataset, 'test' AS split,
                 'image/' || i AS image_id, (i % 10)::INT AS label, 's_curve/' || o || suffix AS "order",
                 region, 50 + 3 * i + 0.1 * o + 0.01 * i * o AS nats, 0.2 + 0.01 * i AS bits_per_dim
          FROM range(10) AS images(i), range(8) AS orders(o),
               (VALUES ('', 'all'), ('+bottom', 'bottom')) AS regions(suffix, region)),
        ensemble AS (
          SELECT run_id, round, dataset, split, image_id, label, 'ensemble' AS "order", region,
                 -ln(avg(exp(-nats))) AS nats, any_value(bits_per_dim) AS bits_per_dim
          FROM one GROUP BY ALL)
        SELECT *, 'parameters' AS weights, 'none' AS binarize, 's_curve/*' AS orders, 's_curve/*' AS ensemble
        FROM (FROM one UNION ALL FROM ensemble)\
        """);
  }

  private static void completions(Path folder) throws SQLException, IOException {
    write(
        folder,
        """
        SELECT 'fixture' AS run_id, 30::INT AS round, 'image/' || i AS image_id, 's_curve/0+bottom' AS "order",
               'bottom' AS region, d::INT AS draw, 1::BIGINT AS seed, 20.0 + i + d AS nats, %1$s,
               'digits' AS dataset, 'test' AS split, 3::INT AS label
        FROM range(3) AS images(i), range(4) AS draws(d)
        UNION ALL
        SELECT 'fixture', 30, 'sample-' || i, 's_curve/0', 'all', 0, 1, 40.0 + i, %1$s, 'sample', 'sample', NULL
        FROM range(4) AS samples(i)\
        """
            .formatted(COLOUR_IMAGES));
  }
}
