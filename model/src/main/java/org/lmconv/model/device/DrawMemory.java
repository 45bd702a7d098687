package org.lmconv.model.device;

import org.lmconv.model.network.NetworkConfig;

/**
 * What drawing needs of a device's memory: what the masked convolutions read is kept for every
 * pixel, and their weights are copied in the sequence of their taps.
 *
 * @param parameterBytes parameters, and the copies of weights
 * @param keptBytes features of all pixels of a batch
 */
public record DrawMemory(long parameterBytes, long keptBytes) {
  /**
   * The memory of a batch.
   *
   * @param images N
   */
  public static DrawMemory of(ModelSpec spec, int images) {
    NetworkConfig network = spec.network();
    long f = network.filters();
    // A block reads both signs of F channels twice, a layer between levels reads F channels.
    long hidden = f * (4L * network.blocks() + network.layersBetween());
    long channels = spec.image().channels() + 1 + hidden;
    long pixels = (long) images * (spec.image().grid().pixels() + 1);
    long parameters = spec.newNetwork().layout().size();
    return new DrawMemory(2 * Float.BYTES * parameters, Float.BYTES * pixels * channels);
  }

  /** All of it. */
  public long bytes() {
    return parameterBytes + keptBytes;
  }
}
