/**
 * The layers of LMConv (Jain, Abbeel and Pathak 2020, arXiv 2006.12486). A layer holds names and
 * sizes only: it declares its parameters and, given their values, computes its output. Images are
 * {@code [N, C, H, W]}, masks {@code [taps, pixels]}.
 *
 * <p>{@link org.lmconv.model.layer.MaskedConvolution} is the one place that decides how a mask is
 * applied.
 */
package org.lmconv.model.layer;
