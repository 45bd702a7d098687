package org.lmconv.model.device;

import org.lmconv.model.network.NetworkConfig;

/**
 * What a model needs of a device's memory, by estimate; an executor needs it once per task, besides
 * its Java heap and some 300 MB for libtorch itself.
 *
 * @param parameterBytes what there is once for each parameter, or some times
 * @param keptBytes feature maps that are kept
 * @param workBytes more at the moment when most is needed
 */
public record DeviceMemory(long parameterBytes, long keptBytes, long workBytes) {
  /** Parameters and gradient. */
  private static final int VECTORS = 2;

  /** Two moments, and two vectors more while Adam moves. */
  private static final int OF_OPTIMISER = 4;

  /** Kept inside a block: normed h, normed p and σ(q); and what PONO multiplied by, twice. */
  private static final int INSIDE = 3;

  // Measured, as the growth of a process' largest memory from 8 to 32 images beyond what is kept:
  // 62 to 168 maps of F channels for F = 32 and 64, R = 1, 2 and 5, with and without recomputing.

  /** Maps of F channels that the gradient of a block and libtorch's routines take at their most. */
  private static final int WORK = 60;

  /** Maps of F channels per block that lie free, but between maps that are kept. */
  private static final int HOLES = 3;

  /**
   * What an update on a batch needs, from what {@code FusedOperations} keeps.
   *
   * @param batch images of an update
   * @param optimises whether the optimiser is on the same device
   */
  public static DeviceMemory ofUpdate(
      ModelSpec spec, int batch, Execution execution, boolean optimises) {
    NetworkConfig network = spec.network();
    long f = network.filters();
    long inside = INSIDE * f + 2;
    long insides =
        execution.recompute()
            ? inside + f
            : network.blocks() * inside + network.blocksWithSkip() * f;
    long outputs = 1L + network.layersBetween() + network.blocks(); // the first layer's too
    long kept = spec.image().channels() + 1 + outputs * f + insides;
    // The likelihood is autograd's, which keeps some dozen maps per logit or so.
    long head = 12L * spec.likelihood().logits();
    long work = Math.max(head, WORK * f) + (long) network.blocks() * HOLES * f;
    int vectors = optimises ? VECTORS + OF_OPTIMISER : VECTORS;
    long pixels = (long) batch * spec.image().grid().pixels();
    return new DeviceMemory(
        vectors * parameterBytes(spec), Float.BYTES * pixels * kept, Float.BYTES * pixels * work);
  }

  /**
   * What drawing needs: what the masked convolutions read is kept for every pixel, and their
   * weights are copied in the sequence of their taps.
   *
   * @param images N of a batch
   */
  public static DeviceMemory ofDrawing(ModelSpec spec, int images) {
    NetworkConfig network = spec.network();
    long f = network.filters();
    // A block reads both signs of F channels twice, a layer between levels reads F channels.
    long hidden = f * (4L * network.blocks() + network.layersBetween());
    long channels = spec.image().channels() + 1 + hidden;
    long pixels = (long) images * (spec.image().grid().pixels() + 1);
    return new DeviceMemory(2 * parameterBytes(spec), Float.BYTES * pixels * channels, 0);
  }

  private static long parameterBytes(ModelSpec spec) {
    return (long) Float.BYTES * spec.newNetwork().layout().size();
  }

  /** All of it. */
  public long bytes() {
    return parameterBytes + keptBytes + workBytes;
  }
}
