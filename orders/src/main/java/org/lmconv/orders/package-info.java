/**
 * Pixel orders and the masks they impose on a convolution (Jain, Abbeel and Pathak 2020, <a
 * href="https://arxiv.org/abs/2006.12486">arXiv:2006.12486</a>).
 *
 * <p>An {@code OrderKind} drawn on a {@code Grid} and turned by a {@code Symmetry} is a {@code
 * PixelOrder}; a {@code Region} can be moved to its end. An order and a {@code KernelShape} give a
 * {@code KernelMask} [taps, pixels]; the three masks of a network are its {@code LayerMasks}. A
 * {@code MaskPlan} is the cheapest exact way to convolve under a mask.
 */
package org.lmconv.orders;
