package org.lmconv.jobs.page;

import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Grid;

/**
 * The orders of a run.
 *
 * @param kernel side of a kernel, in taps
 * @param drawings of the first orders
 * @param left how many more there are
 * @param why there is no drawing; empty if there are any
 */
record OrderGallery(int kernel, List<OrderDrawing> drawings, int left, String why) {
  private static final int MOST = 16;

  static OrderGallery of(JobConfig config, Optional<ImageShape> shape) {
    int kernel = config.model().kernel();
    if (shape.isEmpty()) {
      return none(kernel, "without a checkpoint the size of the images is not known");
    }
    Grid grid = shape.get().grid();
    if (grid.pixels() > OrderDrawing.MOST_PIXELS) {
      return none(kernel, "images of %s pixels are too fine for a drawing".formatted(grid));
    }
    try {
      List<OrderDrawing> drawings =
          config.ordersOn(grid).orders().stream()
              .map(order -> OrderDrawing.of(order, kernel))
              .toList();
      int shown = Math.min(MOST, drawings.size());
      return new OrderGallery(kernel, drawings.subList(0, shown), drawings.size() - shown, "");
    } catch (UserError e) { // the file of an order may be gone
      return none(kernel, e.getMessage());
    }
  }

  private static OrderGallery none(int kernel, String why) {
    return new OrderGallery(kernel, List.of(), 0, why);
  }
}
