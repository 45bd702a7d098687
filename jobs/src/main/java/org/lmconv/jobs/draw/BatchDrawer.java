package org.lmconv.jobs.draw;

import java.util.ArrayList;
import java.util.List;
import org.lmconv.jobs.data.Image;
import org.lmconv.model.Seeds;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.sample.Drawing;

/**
 * Draws a batch: each of its images several times. The batch is filled up with its last image to
 * the size of every other, because products of another size round in another way.
 */
final class BatchDrawer {
  private final DrawPlan plan;
  private final DeviceModel model;

  /**
   * @param model has the parameters
   */
  BatchDrawer(DrawPlan plan, DeviceModel model) {
    this.plan = plan;
    this.model = model;
  }

  /**
   * Draws.
   *
   * @param images one to {@code plan.batchImages()} of them
   * @param hole of all of them
   */
  List<Drawn> draw(List<Image> images, Hole hole) {
    Drawing drawing = new Drawing(plan.temperature(), seeds(images));
    float[] drawn = model.draw(given(images), hole.order(), hole.known(), drawing);
    float[] logLikelihoods = model.logLikelihoods(drawn, hole.order()); // [N, H, W]
    List<Drawn> results = new ArrayList<>();
    for (int row = 0; row < images.size() * plan.draws(); row++) {
      results.add(
          new Drawn(
              images.get(row / plan.draws()),
              hole,
              row % plan.draws(),
              nats(logLikelihoods, row, hole),
              plan.encoder().decode(drawn, row * plan.model().image().dimensions())));
    }
    return results;
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

  private static double nats(float[] logLikelihoods, int row, Hole hole) {
    int pixels = hole.order().size();
    double nats = 0;
    for (int step = hole.known(); step < pixels; step++) {
      nats -= logLikelihoods[row * pixels + hole.order().pixelAt(step)];
    }
    return nats;
  }
}
