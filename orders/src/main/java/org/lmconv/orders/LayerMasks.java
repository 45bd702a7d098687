package org.lmconv.orders;

import org.lmconv.orders.KernelMask.Centre;

/**
 * The three masks of a locally masked network under one order, each [taps, pixels].
 *
 * @param first mask A, without dilation: the first layer
 * @param undilated mask B, without dilation: the residual blocks
 * @param dilated mask B with dilation: the layers between the blocks; the same object as {@code
 *     undilated} if the dilation is 1
 */
public record LayerMasks(KernelMask first, KernelMask undilated, KernelMask dilated) {
  public LayerMasks {
    if (!first.grid().equals(undilated.grid()) || !first.grid().equals(dilated.grid())) {
      throw new IllegalArgumentException(
          "layer masks are on grids %s, %s and %s; make all three for the same grid"
              .formatted(first.grid(), undilated.grid(), dilated.grid()));
    }
  }

  /**
   * The masks of {@code order} with nothing observed.
   *
   * @throws IllegalArgumentException if {@code kernelSize} is even or below 1, or {@code dilation}
   *     below 1
   */
  public static LayerMasks of(PixelOrder order, int kernelSize, int dilation) {
    return of(order, kernelSize, dilation, Region.none(order.grid()));
  }

  /**
   * The masks of {@code order} when the pixels of {@code observed} are known from the start.
   *
   * <p>The order must visit the observed pixels first. Otherwise an observed pixel reads an earlier
   * unobserved one, passes it on in the next layer to a still earlier one, which thereby sees its
   * own future.
   *
   * @throws IllegalArgumentException if the order does not visit the observed pixels first, {@code
   *     observed} belongs to another grid, or the kernel is invalid
   */
  public static LayerMasks of(PixelOrder order, int kernelSize, int dilation, Region observed) {
    if (!order.visitsLast(observed.complement())) {
      throw new IllegalArgumentException(
          ("order %s does not visit the observed region %s first, so stacked layers would see"
                  + " later pixels; use order.withLast(observed.complement())")
              .formatted(order.name(), observed.name()));
    }
    KernelShape dense = new KernelShape(kernelSize, 1);
    KernelShape spread = new KernelShape(kernelSize, dilation);
    KernelMask first = KernelMask.of(order, dense, Centre.HIDDEN, observed);
    KernelMask undilated = KernelMask.of(order, dense, Centre.SEEN, observed);
    KernelMask dilated =
        dilation == 1 ? undilated : KernelMask.of(order, spread, Centre.SEEN, observed);
    return new LayerMasks(first, undilated, dilated);
  }
}
