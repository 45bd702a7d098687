-- The tables of a run (docs/tables.md) and of the digits, with the columns that the notebooks read:
-- for queries where files are missing, or are older than a column.
CREATE TABLE rounds_columns (
  run_id VARCHAR, round INTEGER, images_seen BIGINT, train_nats DOUBLE, train_bits_per_dim DOUBLE,
  learning_rate DOUBLE, workers INTEGER, local_steps INTEGER, broadcast_seconds DOUBLE,
  compute_seconds DOUBLE, collect_seconds DOUBLE, update_seconds DOUBLE, checkpoint_seconds DOUBLE,
  images_per_second DOUBLE, bytes_down BIGINT, bytes_up BIGINT, compute_share DOUBLE);
CREATE TABLE nll_columns (
  run_id VARCHAR, round INTEGER, dataset VARCHAR, split VARCHAR, image_id VARCHAR, label INTEGER,
  "order" VARCHAR, region VARCHAR, nats DOUBLE, bits_per_dim DOUBLE, weights VARCHAR,
  binarize VARCHAR, orders VARCHAR, ensemble VARCHAR);
CREATE TABLE nll_summary_columns (
  run_id VARCHAR, round INTEGER, dataset VARCHAR, split VARCHAR, "order" VARCHAR, region VARCHAR,
  images BIGINT, nats DOUBLE, nats_se DOUBLE, bits_per_dim DOUBLE, bits_per_dim_se DOUBLE,
  weights VARCHAR, binarize VARCHAR, orders VARCHAR, ensemble VARCHAR);
CREATE TABLE completions_columns (
  run_id VARCHAR, round INTEGER, image_id VARCHAR, "order" VARCHAR, region VARCHAR, draw INTEGER,
  seed BIGINT, nats DOUBLE, height INTEGER, width INTEGER, channels INTEGER, pixels BLOB,
  dataset VARCHAR, split VARCHAR, label INTEGER);
CREATE TABLE digits_columns (
  image_id VARCHAR, split VARCHAR, label INTEGER, height INTEGER, width INTEGER, channels INTEGER,
  pixels BLOB);
