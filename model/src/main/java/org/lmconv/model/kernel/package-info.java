/**
 * The numerical kernels: a few operations of libtorch each, written in TorchScript ({@code
 * kernels.py}), which DJL loads like any model. They reach operations that DJL does not offer, the
 * gradients of a convolution for one, and a kernel's temporaries never become Java objects.
 *
 * <p>Kernels record no gradients; {@code org.lmconv.model.operation} knows what is whose gradient.
 */
package org.lmconv.model.kernel;
