package org.lmconv.notebooks;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the tables of a run hold, as the README says: for queries when files are missing. */
final class RunTables {
  private static final String IMAGE_SHAPE =
      "height INTEGER, width INTEGER, channels INTEGER, pixels BLOB";

  /** Columns in SQL by the table's name; those that the notebooks read. */
  static final Map<String, String> COLUMNS =
      Map.of(
          "rounds",
          """
          run_id VARCHAR, round INTEGER, images_seen BIGINT, train_nats DOUBLE, train_bits_per_dim DOUBLE,
          learning_rate DOUBLE, workers INTEGER, local_steps INTEGER, broadcast_seconds DOUBLE,
          compute_seconds DOUBLE, collect_seconds DOUBLE, update_seconds DOUBLE,
          checkpoint_seconds DOUBLE, images_per_second DOUBLE, bytes_down BIGINT, bytes_up BIGINT,
          compute_share DOUBLE""",
          "nll",
          """
          run_id VARCHAR, round INTEGER, dataset VARCHAR, split VARCHAR, image_id VARCHAR,
          label INTEGER, "order" VARCHAR, region VARCHAR, nats DOUBLE, bits_per_dim DOUBLE,
          weights VARCHAR, binarize VARCHAR, orders VARCHAR, ensemble VARCHAR""",
          "nll_summary",
          """
          run_id VARCHAR, round INTEGER, dataset VARCHAR, split VARCHAR, "order" VARCHAR,
          region VARCHAR, images BIGINT, nats DOUBLE, nats_se DOUBLE, bits_per_dim DOUBLE,
          bits_per_dim_se DOUBLE, weights VARCHAR, binarize VARCHAR, orders VARCHAR,
          ensemble VARCHAR""",
          "completions",
          """
          run_id VARCHAR, round INTEGER, image_id VARCHAR, "order" VARCHAR, region VARCHAR,
          draw INTEGER, seed BIGINT, nats DOUBLE, dataset VARCHAR, split VARCHAR, label INTEGER,
          """
              + IMAGE_SHAPE,
          "digits",
          "image_id VARCHAR, split VARCHAR, label INTEGER, " + IMAGE_SHAPE);

  /** Commands of bin/lmconv, and the rows that show that they have run. */
  static final Map<String, String> MAKERS = makers();

  private RunTables() {}

  private static Map<String, String> makers() {
    Map<String, String> makers = new LinkedHashMap<>(); // in the order in which they must run
    makers.put("train", "nll_summary WHERE region = 'all'"); // train ends with these scores
    makers.put("complete", "completions WHERE region = 'bottom'");
    makers.put("sample", "completions WHERE region = 'all'");
    makers.put("nll", "nll_summary WHERE region = 'bottom'");
    return makers;
  }
}
