package org.lmconv.model.parameter;

import ai.djl.ndarray.NDArray;

/**
 * A parameter of a network on a device.
 *
 * @param value of its shape: a view into the flat tensor of all parameters
 * @param gradient of the same shape, to be overwritten in backward: a view into the flat tensor of
 *     all gradients; null where none is wanted, or where autograd computes it
 */
public record Parameter(NDArray value, NDArray gradient) {}
