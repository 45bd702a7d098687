package org.lmconv.jobs.score;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.score.NllSummary.Line;

/** The rows of {@code nll_summary/}. */
final class SummaryRows {
  static final StructType SCHEMA =
      new StructType()
          .add("run_id", DataTypes.StringType, false)
          .add("round", DataTypes.IntegerType, false)
          .add("dataset", DataTypes.StringType, false)
          .add("split", DataTypes.StringType, false)
          .add("order", DataTypes.StringType, false)
          .add("region", DataTypes.StringType, false)
          .add("images", DataTypes.LongType, false)
          .add("nats", DataTypes.DoubleType, false)
          .add("nats_se", DataTypes.DoubleType, true)
          .add("bits_per_dim", DataTypes.DoubleType, false)
          .add("bits_per_dim_se", DataTypes.DoubleType, true)
          .add("weights", DataTypes.StringType, false)
          .add("binarize", DataTypes.StringType, false)
          .add("orders", DataTypes.StringType, false)
          .add("ensemble", DataTypes.StringType, false);

  private SummaryRows() {}

  /** A row for each order, and one for the ensemble. */
  static List<Row> of(NllSummary summary) {
    return summary.lines().stream().map(line -> of(summary.plan(), line)).toList();
  }

  private static Row of(ScoringPlan plan, Line line) {
    ScoringMethod method = plan.method();
    Labels labels = plan.labels();
    boolean single = line.images() == 1; // which says nothing of other images
    return RowFactory.create(
        labels.runId(),
        labels.round(),
        labels.dataset(),
        labels.split(),
        line.order(),
        method.region().name(),
        line.images(),
        line.nats(),
        single ? null : line.standardError(),
        method.bitsPerDimension(line.nats()),
        single ? null : method.bitsPerDimension(line.standardError()),
        labels.weights(),
        method.encoder().describeBinarization(),
        method.orderNames(),
        method.ensembleNames());
  }
}
