package org.lmconv.model.reference;

import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.sample.BatchPixels;
import org.lmconv.model.sample.Drawing;
import org.lmconv.orders.PixelOrder;

/**
 * Draws what {@link DeviceModel#draw} draws, with a forward pass of the whole network per pixel.
 */
public final class FullForwardSampler {
  private FullForwardSampler() {}

  /**
   * Draws the pixels of some steps.
   *
   * @param images {@code [N, C, H, W]}; not read at pixels of steps {@code from} and later
   * @param to the step after the last one
   * @return the images with what was drawn; later pixels are as given
   */
  public static float[] draw(
      DeviceModel model, float[] images, PixelOrder order, int from, int to, Drawing drawing) {
    PixelLikelihood likelihood = model.spec().likelihood();
    int count = drawing.seeds().length;
    BatchPixels batch = new BatchPixels(images.clone(), count, likelihood.channels());
    for (int step = from; step < to; step++) {
      int pixel = order.pixelAt(step);
      float[] logits = model.logits(batch.values(), order);
      float[] here = new BatchPixels(logits, count, likelihood.logits()).get(pixel);
      batch.set(pixel, drawing.draw(likelihood, here, pixel));
    }
    return batch.values();
  }
}
