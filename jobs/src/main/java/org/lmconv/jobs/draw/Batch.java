package org.lmconv.jobs.draw;

import java.util.List;
import org.lmconv.jobs.data.Image;

/**
 * Images that are drawn at once.
 *
 * @param images at least one
 * @param hole of all of them
 */
record Batch(List<Image> images, Hole hole) {}
