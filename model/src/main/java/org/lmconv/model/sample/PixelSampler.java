package org.lmconv.model.sample;

import java.util.Arrays;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.PixelOrder;

/** Draws the pixels of a batch of images, each step of an order for all images at once. */
public final class PixelSampler implements AutoCloseable {
  /** Rows of features of known pixels that are computed at once: enough for fast products. */
  private static final int ROWS_AT_ONCE = 1024;

  private final StepProgram program;
  private final PixelLikelihood likelihood;
  private final PixelOrder order;

  /** {@code program}, of a network under the order, is closed with the sampler. */
  public PixelSampler(StepProgram program, PixelLikelihood likelihood, PixelOrder order) {
    this.program = program;
    this.likelihood = likelihood;
    this.order = order;
  }

  /** Whether this sampler is for that order and that many images. */
  public boolean serves(PixelOrder wanted, int images) {
    return order.equals(wanted) && program.images() == images;
  }

  /**
   * Draws the pixels that come last in the order, each from its distribution given all before it.
   *
   * @param images {@code [N, C, H, W]} in [−1, 1]; not read at the pixels to draw
   * @param known steps whose pixels are given
   * @return the images with what was drawn
   */
  public float[] draw(float[] images, int known, Drawing drawing) {
    BatchPixels batch = new BatchPixels(images.clone(), program.images(), likelihood.channels());
    observe(batch, known);
    for (int step = known; step < order.size(); step++) {
      int pixel = order.pixelAt(step);
      float[] drawn = drawing.draw(likelihood, logits(step), pixel);
      batch.set(pixel, drawn);
      put(step, drawn);
    }
    return batch.values();
  }

  /** Computes the features of the known pixels, many steps at a time. */
  private void observe(BatchPixels batch, int known) {
    int most = Math.max(1, ROWS_AT_ONCE / program.images());
    for (int first = 0; first < known; first += most) {
      int from = first;
      int steps = Math.min(most, known - first);
      put(first, batch.get(Arrays.copyOfRange(order.pixels(), first, first + steps)));
      Tensors.freeing(() -> program.advance(from, steps).getShape());
    }
  }

  private void put(int first, float[] values) {
    Tensors.freeing(
        () -> {
          program.put(first, values);
          return null;
        });
  }

  /** {@code [N, L]} of the pixel of a step. */
  private float[] logits(int step) {
    return Tensors.freeing(() -> program.advance(step, 1).toFloatArray());
  }

  @Override
  public void close() {
    program.close();
  }
}
