package org.lmconv.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.lmconv.jobs.run.RoundReport.PhaseSeconds;
import org.lmconv.jobs.run.RunTable.NllRow;

/** The columns of the tables, a contract; SchemaTest has them as readers find them. */
class RunTableTest {
  private static final RoundReport REPORT =
      new RoundReport(
          "id",
          7,
          64,
          90.5,
          0.25,
          2e-3,
          2,
          4,
          new PhaseSeconds(0.5, 3, 0.25, 0.125, 0.125),
          12.5,
          1L << 33,
          5,
          null,
          0xFFFFFFFFL,
          0.75,
          8,
          99L,
          "a; b",
          Instant.parse("2026-01-02T03:04:05.000006Z"));

  @Test
  void roundsAsParquetWithoutSpark() {
    MessageType expected =
        MessageTypeParser.parseMessageType(
            """
            message rounds {
              required binary run_id (STRING);
              required int32 round;
              required int64 images_seen;
              required double train_nats;
              required double train_bits_per_dim;
              required double learning_rate;
              required int32 workers;
              required int32 local_steps;
              required double broadcast_seconds;
              required double compute_seconds;
              required double collect_seconds;
              required double update_seconds;
              required double checkpoint_seconds;
              required double images_per_second;
              required int64 bytes_down;
              required int64 bytes_up;
              optional int64 rss_bytes;
              required int64 parameter_crc;
              required double compute_share;
              required int64 driver_bytes;
              optional int64 driver_rss_bytes;
              required binary participants (STRING);
              required int64 ended_at (TIMESTAMP(MICROS,true));
            }
            """);
    assertThat(RunTable.ROUNDS.message()).isEqualTo(expected);
    Group row = RunTable.ROUNDS.group(expected, REPORT);
    assertThat(row.getString("run_id", 0)).isEqualTo("id");
    assertThat(row.getInteger("round", 0)).isEqualTo(7);
    assertThat(row.getDouble("collect_seconds", 0)).isEqualTo(0.25);
    assertThat(row.getLong("bytes_down", 0)).isEqualTo(1L << 33);
    assertThat(row.getFieldRepetitionCount("rss_bytes")).isZero();
    assertThat(row.getLong("driver_rss_bytes", 0)).isEqualTo(99);
    assertThat(row.getLong("ended_at", 0)).isEqualTo(1_767_323_045_000_006L);
  }

  @Test
  void theOthersAsSparkWritesThem() {
    String how = "weights STRING NOT NULL,binarize STRING NOT NULL,orders STRING NOT NULL,";
    assertThat(RunTable.NLL.schema().toDDL())
        .isEqualTo(
            "run_id STRING NOT NULL,round INT NOT NULL,dataset STRING NOT NULL,"
                + "split STRING NOT NULL,image_id STRING NOT NULL,label INT,order STRING NOT NULL,"
                + "region STRING NOT NULL,nats DOUBLE NOT NULL,bits_per_dim DOUBLE NOT NULL,"
                + (how + "ensemble STRING NOT NULL,nll_map ARRAY<FLOAT>,scoring STRING NOT NULL"));
    assertThat(RunTable.NLL_SUMMARY.schema().toDDL())
        .isEqualTo(
            "run_id STRING NOT NULL,round INT NOT NULL,dataset STRING NOT NULL,"
                + "split STRING NOT NULL,order STRING NOT NULL,region STRING NOT NULL,"
                + "images BIGINT NOT NULL,nats DOUBLE NOT NULL,nats_se DOUBLE,"
                + "bits_per_dim DOUBLE NOT NULL,bits_per_dim_se DOUBLE,"
                + (how + "ensemble STRING NOT NULL,scoring STRING NOT NULL"));
    assertThat(RunTable.COMPLETIONS.schema().toDDL())
        .isEqualTo(
            "run_id STRING NOT NULL,round INT NOT NULL,image_id STRING NOT NULL,"
                + "order STRING NOT NULL,region STRING NOT NULL,draw INT NOT NULL,"
                + "seed BIGINT NOT NULL,nats DOUBLE NOT NULL,height INT NOT NULL,"
                + "width INT NOT NULL,channels INT NOT NULL,pixels BINARY NOT NULL,"
                + "dataset STRING NOT NULL,split STRING NOT NULL,label INT,"
                + "weights STRING NOT NULL,binarize STRING NOT NULL,"
                + "mixture_temperature DOUBLE NOT NULL,scale_temperature DOUBLE NOT NULL");
    NllRow row =
        new NllRow(
            "id",
            1,
            "digits",
            "test",
            "x",
            null,
            "s_curve/4",
            "all",
            9,
            3,
            "ema",
            "none",
            "o",
            "e",
            new float[] {1},
            "s");
    assertThat(RunTable.NLL.row(row).length()).isEqualTo(RunTable.NLL.columns().size());
    assertThat(RunTable.NLL.row(row).isNullAt(5)).isTrue();
    assertThat(RunTable.NLL.row(row).get(14)).isEqualTo(row.nllMap());
  }

  @Test
  void curvesAreColumnsThatAreKnown() {
    assertThat(REPORT.curves())
        .containsEntry("train/images_seen", 64L)
        .containsEntry("seconds/broadcast_seconds", 0.5)
        .containsEntry("memory/driver_rss_bytes", 99L)
        .doesNotContainKey("memory/rss_bytes")
        .hasSize(12);
  }
}
