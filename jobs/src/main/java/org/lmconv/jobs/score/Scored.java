package org.lmconv.jobs.score;

import org.lmconv.jobs.data.Image;

/**
 * An image with its scores.
 *
 * @param image that was scored
 * @param nats [orders] of the region, given all other pixels
 * @param maps [orders][pixels] nats of each pixel, row-major, 0 outside the region; null where they
 *     were not asked for
 */
record Scored(Image image, double[] nats, float[][] maps) {}
