package org.lmconv.jobs.draw;

import java.io.Serializable;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * What is drawn of an image, and how.
 *
 * @param order visits the region last
 * @param region to draw
 */
record Hole(PixelOrder order, Region region) implements Serializable {
  /** The number of steps whose pixels are given. */
  int known() {
    return order.size() - region.size();
  }
}
