package org.lmconv.orders;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Which taps of a kernel may be read at which pixel: the mask M [taps, pixels] of a locally masked
 * convolution, Y = W · (M ∘ im2col(X)) + b (Jain et al. 2020). It is shared by all channels.
 *
 * <p>A tap off the centre is live at a pixel if the pixel that it reads lies in the image and
 * either comes earlier in the order or is observed. The centre tap follows {@link Centre} alone.
 *
 * <p>Observed pixels are context, not prediction. They see each other in both directions, so what a
 * network says about the observed pixels themselves is not a likelihood.
 */
public final class KernelMask {
  /** What the centre tap does, which reads the very pixel that is computed. */
  public enum Centre {
    /**
     * Mask A, for the first layer: the centre tap is 0, or a pixel would predict itself. It is 0 at
     * observed pixels too.
     */
    HIDDEN,
    /** Mask B, for later layers: the centre tap is 1, for it reads features of earlier pixels. */
    SEEN
  }

  private final Grid grid;
  private final KernelShape kernel;
  private final BitSet[] live; // [taps][pixels]: bits, because a 256x256 grid has 65,536 pixels

  /** Whether a pixel may read another one, which is in the image, through a tap. */
  private interface Rule {
    boolean allows(int pixel, int read, int tap);
  }

  private KernelMask(Grid grid, KernelShape kernel, Rule rule) {
    this.grid = grid;
    this.kernel = kernel;
    this.live = new BitSet[kernel.taps()];
    for (int tap = 0; tap < live.length; tap++) {
      live[tap] = new BitSet(grid.pixels());
      for (int pixel = 0; pixel < grid.pixels(); pixel++) {
        int read = neighbour(tap, pixel);
        live[tap].set(pixel, read >= 0 && rule.allows(pixel, read, tap));
      }
    }
  }

  /**
   * The mask that {@code order} imposes on {@code kernel}.
   *
   * @param observed pixels that every pixel may read whatever the order, or {@link Region#none}
   * @throws IllegalArgumentException if {@code observed} belongs to another grid than the order
   */
  public static KernelMask of(
      PixelOrder order, KernelShape kernel, Centre centre, Region observed) {
    order.requireSameGrid(observed);
    Rule rule = (pixel, read, tap) -> order.precedes(read, pixel) || observed.contains(read);
    KernelMask mask = new KernelMask(order.grid(), kernel, rule);
    mask.live[kernel.centre()].set(0, order.size(), centre == Centre.SEEN);
    return mask;
  }

  /**
   * The mask of the transposed convolution: pixel j sees, through a tap, the pixels that see j
   * through the opposite tap. The gradient of a masked convolution with respect to its input is a
   * masked convolution of the upstream gradient under this mask, with the kernel turned by half a
   * turn and its channels swapped. The adjoint of the adjoint is the mask itself.
   */
  public KernelMask adjoint() {
    int last = live.length - 1;
    return new KernelMask(grid, kernel, (pixel, read, tap) -> live[last - tap].get(read));
  }

  /** The pixel that {@code tap} reads at {@code pixel}, or −1 if that is outside the image. */
  public int neighbour(int tap, int pixel) {
    int row = grid.row(pixel) + kernel.rowOffset(tap);
    int col = grid.col(pixel) + kernel.colOffset(tap);
    return grid.contains(row, col) ? grid.pixel(row, col) : -1;
  }

  public Grid grid() {
    return grid;
  }

  public KernelShape kernel() {
    return kernel;
  }

  /** Whether {@code tap} may be read when {@code pixel} is computed. */
  public boolean live(int tap, int pixel) {
    return live[tap].get(pixel);
  }

  /** The taps that are live at some pixel, ascending; the weights of others never matter. */
  public int[] liveTaps() {
    return IntStream.range(0, kernel.taps()).filter(tap -> !live[tap].isEmpty()).toArray();
  }

  /** At how many pixels {@code tap} is live. */
  public int liveCount(int tap) {
    return live[tap].cardinality();
  }

  /** How many taps are live at {@code pixel}. */
  public int tapCount(int pixel) {
    return (int) IntStream.range(0, kernel.taps()).filter(tap -> live(tap, pixel)).count();
  }

  /** One tap of the mask as numbers: [pixels], 1 where live, else 0. */
  public float[] row(int tap) {
    float[] row = new float[grid.pixels()];
    live[tap].stream().forEach(pixel -> row[pixel] = 1f);
    return row;
  }

  /** The mask as numbers: [taps * pixels] row-major, 1 where live, else 0. */
  public float[] values() {
    float[] values = new float[Math.multiplyExact(kernel.taps(), grid.pixels())];
    for (int tap = 0; tap < kernel.taps(); tap++) {
      System.arraycopy(row(tap), 0, values, tap * grid.pixels(), grid.pixels());
    }
    return values;
  }
}
