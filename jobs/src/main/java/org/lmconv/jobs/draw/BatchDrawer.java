package org.lmconv.jobs.draw;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.lmconv.jobs.data.Batches;
import org.lmconv.jobs.data.Image;
import org.lmconv.jobs.run.RunTable;
import org.lmconv.jobs.run.RunTable.CompletionRow;
import org.lmconv.jobs.session.ExecutorModels;
import org.lmconv.jobs.session.MachineMemory;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Seeds;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.sample.Drawing;

/**
 * Draws the batches of a partition, one at a time as the rows are asked for: each image of a batch
 * several times. A batch is filled up with its last image to the size of every other, because
 * products of another size round in another way.
 */
final class BatchDrawer implements FlatMapFunction<Iterator<BatchDrawer.Batch>, Row> {
  private static final long serialVersionUID = 1;

  /**
   * Images that are drawn at once.
   *
   * @param images at least one, and no more than the plan's
   * @param hole of all of them
   */
  record Batch(List<Image> images, Hole hole) {}

  private final DrawPlan plan;
  private final Broadcast<ParameterVector> parameters;
  private final LongAccumulator drawn;

  /**
   * @param drawn counts rows as they are done
   */
  BatchDrawer(DrawPlan plan, Broadcast<ParameterVector> parameters, LongAccumulator drawn) {
    this.plan = plan;
    this.parameters = parameters;
    this.drawn = drawn;
  }

  @Override
  public Iterator<Row> call(Iterator<Batch> batches) {
    if (!plan.placement().local()) {
      plan.requireMemory(1, MachineMemory.totalBytes());
    }
    return new Batches<>(batches, 1, batch -> draw(batch.get(0)));
  }

  private List<Row> draw(Batch batch) {
    List<Row> rows =
        ExecutorModels.with(
            plan.model(),
            plan.placement(),
            model -> {
              model.load(parameters.value());
              return draw(batch.images(), batch.hole(), model);
            });
    drawn.add(rows.size());
    return rows;
  }

  private List<Row> draw(List<Image> images, Hole hole, DeviceModel model) {
    Drawing drawing = new Drawing(plan.temperature(), seeds(images));
    float[] values = model.draw(given(images), hole.order(), hole.known(), drawing);
    float[] logLikelihoods = model.logLikelihoods(values, hole.order()); // [N, H, W]
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < images.size() * plan.draws(); row++) {
      double nats = nats(logLikelihoods, row, hole);
      byte[] pixels = plan.encoder().decode(values, row * plan.model().image().dimensions());
      rows.add(row(images.get(row / plan.draws()), row % plan.draws(), hole, nats, pixels));
    }
    return rows;
  }

  private long[] seeds(List<Image> images) {
    long[] seeds = new long[plan.batchRows()];
    for (int row = 0; row < seeds.length; row++) {
      long image = Seeds.of(imageOf(row, images).id());
      seeds[row] = Seeds.of(plan.seed(), Seeds.Purpose.SAMPLE, image, row % plan.draws());
    }
    return seeds;
  }

  /** {@code [N, C, H, W]}. */
  private float[] given(List<Image> images) {
    int size = plan.model().image().dimensions();
    float[] given = new float[plan.batchRows() * size];
    for (int row = 0; row < plan.batchRows(); row++) {
      Image image = imageOf(row, images);
      plan.encoder().forScoring(image.id(), image.pixels(), given, row * size);
    }
    return given;
  }

  private Image imageOf(int row, List<Image> images) {
    return images.get(Math.min(row / plan.draws(), images.size() - 1));
  }

  /** Of what was drawn, given the rest; at temperature 1. */
  private static double nats(float[] logLikelihoods, int row, Hole hole) {
    int pixels = hole.order().size();
    double nats = 0;
    for (int step = hole.known(); step < pixels; step++) {
      nats -= logLikelihoods[row * pixels + hole.order().pixelAt(step)];
    }
    return nats;
  }

  private Row row(Image image, int draw, Hole hole, double nats, byte[] pixels) {
    ImageShape shape = plan.model().image();
    return RunTable.COMPLETIONS.row(
        new CompletionRow(
            plan.labels().runId(),
            plan.labels().round(),
            image.id(),
            hole.order().name(),
            hole.region().name(),
            draw,
            plan.seed(),
            nats,
            shape.height(),
            shape.width(),
            shape.channels(),
            pixels,
            plan.labels().dataset(),
            plan.labels().split(),
            image.label(),
            plan.labels().weights(),
            plan.encoder().describeBinarization(),
            plan.temperature().mixture(),
            plan.temperature().scale()));
  }
}
