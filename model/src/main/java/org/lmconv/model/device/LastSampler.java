package org.lmconv.model.device;

import java.util.function.Supplier;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.sample.PixelSampler;
import org.lmconv.model.sample.StepProgram;
import org.lmconv.orders.PixelOrder;

/**
 * The sampler of the last order and number of images, kept because the next batch has the same: its
 * memory need not be taken anew, nor the weights copied. It holds until the parameters change.
 */
final class LastSampler implements AutoCloseable {
  private final PixelLikelihood likelihood;
  private PixelSampler sampler;
  private PixelOrder order;

  LastSampler(PixelLikelihood likelihood) {
    this.likelihood = likelihood;
  }

  /**
   * A sampler.
   *
   * @param images N of a batch
   * @param program makes the program of the network, where the last one does not serve
   */
  PixelSampler get(PixelOrder wanted, int images, Supplier<StepProgram> program) {
    if (sampler == null || !wanted.equals(order) || sampler.images() != images) {
      close();
      sampler = new PixelSampler(program.get(), likelihood, wanted);
      order = wanted;
    }
    return sampler;
  }

  /** Frees it. */
  @Override
  public void close() {
    if (sampler != null) {
      sampler.close();
      sampler = null;
    }
  }
}
