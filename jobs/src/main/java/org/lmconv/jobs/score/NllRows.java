package org.lmconv.jobs.score;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.run.MeanNats;

/** The rows of {@code nll/}. */
final class NllRows {
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
          .add("orders", DataTypes.StringType, false)
          .add("ensemble", DataTypes.StringType, false)
          .add("nll_map", DataTypes.createArrayType(DataTypes.FloatType, false), true);

  private NllRows() {}

  /** A row for each order, and one for the ensemble. */
  static List<Row> of(ScoringPlan plan, Scored scored) {
    ScoringMethod method = plan.method();
    List<Row> rows = new ArrayList<>();
    for (int order = 0; order < method.orders().size(); order++) {
      float[] map = scored.maps() == null ? null : scored.maps()[order];
      rows.add(of(plan, scored, method.orders().get(order).name(), scored.nats()[order], map));
    }
    // Its likelihood is a mean of products over the pixels, so no pixel has a part of it.
    rows.add(of(plan, scored, MeanNats.ENSEMBLE, method.ensembleNats(scored.nats()), null));
    return rows;
  }

  private static Row of(ScoringPlan plan, Scored scored, String order, double nats, float[] map) {
    ScoringMethod method = plan.method();
    Labels labels = plan.labels();
    return RowFactory.create(
        labels.runId(),
        labels.round(),
        labels.dataset(),
        labels.split(),
        scored.image().id(),
        scored.image().label(),
        order,
        method.region().name(),
        nats,
        method.bitsPerDimension(nats),
        labels.weights(),
        method.encoder().describeBinarization(),
        method.orderNames(),
        method.ensembleNames(),
        map);
  }
}
