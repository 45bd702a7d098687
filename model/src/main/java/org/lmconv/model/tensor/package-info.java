/**
 * The border to DJL and libtorch: the only place that makes tensors from Java memory, switches
 * recording of gradients, or calls DJL's native layer. Everything else uses {@code NDArray}s whose
 * memory libtorch owns.
 */
package org.lmconv.model.tensor;
