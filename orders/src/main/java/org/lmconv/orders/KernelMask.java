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

  private KernelMask(Grid grid, KernelShape kernel, BitSet[] live) {
    this.grid = grid;
    this.kernel = kernel;
    this.live = live;
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
    BitSet[] live =
        IntStream.range(0, kernel.taps())
            .mapToObj(tap -> neighbours(order, kernel, tap, observed))
            .toArray(BitSet[]::new);
    live[kernel.centre()].set(0, order.size(), centre == Centre.SEEN);
    return new KernelMask(order.grid(), kernel, live);
  }

  private static BitSet neighbours(PixelOrder order, KernelShape kernel, int tap, Region observed) {
    Grid grid = order.grid();
    BitSet live = new BitSet(grid.pixels());
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      int row = grid.row(pixel) + kernel.rowOffset(tap);
      int col = grid.col(pixel) + kernel.colOffset(tap);
      if (grid.contains(row, col)) {
        int read = grid.pixel(row, col);
        live.set(pixel, order.precedes(read, pixel) || observed.contains(read));
      }
    }
    return live;
  }

  /**
   * The mask of the transposed convolution: pixel j sees, through a tap, the pixels that see j
   * through the opposite tap. The gradient of a masked convolution with respect to its input is a
   * masked convolution of the upstream gradient under this mask, with the kernel turned by half a
   * turn and its channels swapped. The adjoint of the adjoint is the mask itself.
   */
  public KernelMask adjoint() {
    BitSet[] adjoint = new BitSet[live.length];
    for (int tap = 0; tap < live.length; tap++) {
      int opposite = live.length - 1 - tap;
      adjoint[tap] = new BitSet(grid.pixels());
      for (int pixel = 0; pixel < grid.pixels(); pixel++) {
        int seer = neighbour(tap, pixel);
        adjoint[tap].set(pixel, seer >= 0 && live[opposite].get(seer));
      }
    }
    return new KernelMask(grid, kernel, adjoint);
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

  /** Whether {@code tap} is live at any pixel; if not, its weights never matter. */
  public boolean everLive(int tap) {
    return !live[tap].isEmpty();
  }

  /** The taps that are live at some pixel, ascending. */
  public int[] liveTaps() {
    return IntStream.range(0, kernel.taps()).filter(this::everLive).toArray();
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
    write(tap, row, 0);
    return row;
  }

  /** The mask as numbers: [taps * pixels] row-major, 1 where live, else 0. */
  public float[] values() {
    float[] values = new float[Math.multiplyExact(kernel.taps(), grid.pixels())];
    for (int tap = 0; tap < kernel.taps(); tap++) {
      write(tap, values, tap * grid.pixels());
    }
    return values;
  }

  private void write(int tap, float[] target, int offset) {
    live[tap].stream().forEach(pixel -> target[offset + pixel] = 1f);
  }
}
