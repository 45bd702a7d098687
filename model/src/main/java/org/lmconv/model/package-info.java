/**
 * What every part of the model shares: the shape of an image, the levels of its pixels, and the
 * counter-based random numbers from which everything random is made.
 *
 * <p>Data flow: pixels (uint8) → {@link org.lmconv.model.PixelLevels} → {@code network} → logits →
 * {@code likelihood} → nats → {@code train}.
 */
package org.lmconv.model;
