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
  /**
   * The masks of {@code order}.
   *
   * @throws IllegalArgumentException if {@code kernelSize} is even or below 1, or {@code dilation}
   *     below 1
   */
  public static LayerMasks of(PixelOrder order, int kernelSize, int dilation) {
    Region none = Region.none(order.grid());
    KernelShape dense = new KernelShape(kernelSize, 1);
    KernelShape spread = new KernelShape(kernelSize, dilation);
    KernelMask undilated = KernelMask.of(order, dense, Centre.SEEN, none);
    return new LayerMasks(
        KernelMask.of(order, dense, Centre.HIDDEN, none),
        undilated,
        dilation == 1 ? undilated : KernelMask.of(order, spread, Centre.SEEN, none));
  }
}
