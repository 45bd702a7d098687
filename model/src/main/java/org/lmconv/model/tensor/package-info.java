/**
 * The border to DJL and libtorch: the only place that makes tensors from Java memory, switches
 * recording of gradients, or calls DJL's native layer. Everything else uses {@code NDArray}s whose
 * memory libtorch owns.
 *
 * <p>The numerical kernels are a few operations of libtorch each, written in TorchScript ({@code
 * kernels.py}), which DJL loads like any model. They reach operations that DJL does not offer, the
 * gradients of a convolution for one, and their temporaries never become Java objects.
 */
package org.lmconv.model.tensor;
