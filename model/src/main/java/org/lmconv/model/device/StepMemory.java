package org.lmconv.model.device;

import org.lmconv.model.network.NetworkConfig;

/**
 * What a training step needs of a device's memory, estimated from what {@code FusedOperations}
 * keeps; an executor needs it once per task, besides its Java heap and some 300 MB for libtorch
 * itself.
 *
 * @param parameterBytes parameters, gradient and, where it is, the optimiser's state
 * @param keptBytes feature maps that backward needs
 * @param workBytes more at the moment when most is needed
 */
public record StepMemory(long parameterBytes, long keptBytes, long workBytes) {
  /** Parameters and gradient. */
  private static final int VECTORS = 2;

  /** Two moments, and two vectors more while Adam moves. */
  private static final int OF_OPTIMISER = 4;

  private static final int LEVELS = 3;

  /** Kept inside a block: normed h, normed p and σ(q); and what PONO multiplied by, twice. */
  private static final int INSIDE = 3;

  // Measured, as the growth of a process' largest memory from 8 to 32 images beyond what is kept:
  // 62 to 168 maps of F channels for F = 32 and 64, R = 1, 2 and 5, with and without recomputing.

  /** Maps of F channels that the gradient of a block and libtorch's routines take at their most. */
  private static final int WORK = 60;

  /** Maps of F channels per block that lie free, but between maps that are kept. */
  private static final int HOLES = 3;

  /**
   * The estimate.
   *
   * @param batch images of a step
   * @param optimises whether the optimiser is on the same device
   */
  public static StepMemory of(ModelSpec spec, int batch, Execution execution, boolean optimises) {
    NetworkConfig network = spec.network();
    long pixels = (long) batch * spec.image().height() * spec.image().width();
    long f = network.filters();
    long upBlocks = (long) LEVELS * network.resnets();
    long downBlocks = upBlocks + LEVELS - 1;
    long blocks = upBlocks + downBlocks;
    long otherLayers = 2L * LEVELS - 1; // the first, and those between the levels
    long plusSkip = downBlocks * f;
    long insides = execution.recompute() ? inside(f) + f : blocks * inside(f) + plusSkip;
    long kept = spec.image().channels() + 1 + (blocks + otherLayers) * f + insides;
    // The likelihood is autograd's, which keeps some dozen maps per logit or so.
    long head = 12L * spec.likelihood().logits();
    long work = Math.max(head, WORK * f) + blocks * HOLES * f;
    int vectors = optimises ? VECTORS + OF_OPTIMISER : VECTORS;
    return new StepMemory(
        (long) vectors * Float.BYTES * spec.newNetwork().layout().size(),
        Float.BYTES * pixels * kept,
        Float.BYTES * pixels * work);
  }

  private static long inside(long filters) {
    return INSIDE * filters + 2;
  }

  /** All of it. */
  public long bytes() {
    return parameterBytes + keptBytes + workBytes;
  }
}
