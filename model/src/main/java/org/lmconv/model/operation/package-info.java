/**
 * The operations that layers are made of ({@code Operations}), each with its gradient, and the tape
 * that plays the gradients back. A masked convolution runs as its mask's {@code MaskPlan} says.
 *
 * <p>No autograd of libtorch is in here; {@code org.lmconv.model.reference} has the same operations
 * as plain formulas under autograd.
 */
package org.lmconv.model.operation;
