package org.lmconv.jobs.draw;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.lmconv.jobs.data.Image;

/**
 * One draw of an image: a row of {@code completions/}.
 *
 * @param image that was completed
 * @param hole that was drawn
 * @param draw its number, from 0
 * @param nats −log p(hole | the rest) of what was drawn, at temperature 1
 * @param pixels of the whole image, uint8, row-major [H, W, C]
 */
record Drawn(Image image, Hole hole, int draw, double nats, byte[] pixels) {
  static final StructType SCHEMA =
      new StructType()
          .add("run_id", DataTypes.StringType, false)
          .add("round", DataTypes.IntegerType, false)
          .add("image_id", DataTypes.StringType, false)
          .add("order", DataTypes.StringType, false)
          .add("region", DataTypes.StringType, false)
          .add("draw", DataTypes.IntegerType, false)
          .add("seed", DataTypes.LongType, false)
          .add("nats", DataTypes.DoubleType, false)
          .add("height", DataTypes.IntegerType, false)
          .add("width", DataTypes.IntegerType, false)
          .add("channels", DataTypes.IntegerType, false)
          .add("pixels", DataTypes.BinaryType, false)
          .add("dataset", DataTypes.StringType, false)
          .add("split", DataTypes.StringType, false)
          .add("label", DataTypes.IntegerType, true)
          .add("weights", DataTypes.StringType, false)
          .add("binarize", DataTypes.StringType, false)
          .add("mixture_temperature", DataTypes.DoubleType, false)
          .add("scale_temperature", DataTypes.DoubleType, false);

  Row row(DrawPlan plan) {
    return RowFactory.create(
        plan.labels().runId(),
        plan.labels().round(),
        image.id(),
        hole.order().name(),
        hole.region().name(),
        draw,
        plan.seed(),
        nats,
        plan.model().image().height(),
        plan.model().image().width(),
        plan.model().image().channels(),
        pixels,
        plan.labels().dataset(),
        plan.labels().split(),
        image.label(),
        plan.labels().weights(),
        plan.encoder().describeBinarization(),
        plan.temperature().mixture(),
        plan.temperature().scale());
  }
}
