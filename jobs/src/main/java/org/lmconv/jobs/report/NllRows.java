package org.lmconv.jobs.report;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.report.ScoringPlan.Labels;

/** The rows of {@code nll/}. */
final class NllRows {
  /** The name of the order in rows of the ensemble. */
  static final String ENSEMBLE = "ensemble";

  private static final String WHOLE_IMAGE = "all";

  static final StructType SCHEMA =
      new StructType()
          .add("run_id", DataTypes.StringType, false)
          .add("round", DataTypes.IntegerType, false)
          .add("dataset", DataTypes.StringType, false)
          .add("split", DataTypes.StringType, false)
          .add("image_id", DataTypes.StringType, false)
          .add("label", DataTypes.IntegerType, true)
          .add("order", DataTypes.StringType, false)
          .add("region", DataTypes.StringType, false)
          .add("nats", DataTypes.DoubleType, false)
          .add("bits_per_dim", DataTypes.DoubleType, false)
          .add("weights", DataTypes.StringType, false)
          .add("binarize", DataTypes.StringType, false)
          .add("orders", DataTypes.StringType, false);

  private NllRows() {}

  /** The row of one image under one order, or under the ensemble. */
  static Row of(ScoringPlan plan, Image image, String order, double nats) {
    Labels labels = plan.labels();
    return RowFactory.create(
        labels.runId(),
        labels.round(),
        labels.dataset(),
        labels.split(),
        image.id(),
        image.label(),
        order,
        WHOLE_IMAGE,
        nats,
        plan.model().image().bitsPerDimension(nats),
        labels.weights(),
        plan.encoder().describeBinarization(),
        plan.orderNames());
  }
}
