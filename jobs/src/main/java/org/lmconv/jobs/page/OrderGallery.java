package org.lmconv.jobs.page;

import java.util.List;
import java.util.Optional;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;
import org.lmconv.orders.picture.OrderPictures;

/**
 * The orders of a run.
 *
 * @param drawings of the first orders
 * @param left how many more there are
 * @param why there is no drawing; empty if there are any
 */
record OrderGallery(List<Drawing> drawings, int left, String why) {
  private static final int MOST = 16;
  private static final int MOST_PIXELS = 128 * 128; // more than a walk on a screen has room for
  private static final int BLOCK = 4; // pixels in a row and column whose masks are drawn

  /** The walk of an order, and what it lets the first layer read. */
  record Drawing(String name, InlinePicture walk, InlinePicture masks) {}

  static OrderGallery of(JobConfig config, Optional<ImageShape> shape) {
    if (shape.isEmpty()) {
      return none("without a checkpoint the size of the images is not known");
    }
    Grid grid = shape.get().grid();
    if (grid.pixels() > MOST_PIXELS) {
      return none("images of %s pixels are too fine for a drawing".formatted(grid));
    }
    try {
      List<PixelOrder> orders = config.ordersOn(grid).orders();
      KernelShape kernel = new KernelShape(config.model().kernel(), 1);
      List<Drawing> drawings =
          orders.stream().limit(MOST).map(order -> drawing(order, kernel)).toList();
      return new OrderGallery(drawings, orders.size() - drawings.size(), "");
    } catch (UserError e) { // the file of an order may be gone
      return none(e.getMessage());
    }
  }

  private static OrderGallery none(String why) {
    return new OrderGallery(List.of(), 0, why);
  }

  private static Drawing drawing(PixelOrder order, KernelShape kernel) {
    Region none = Region.none(order.grid());
    KernelMask mask = KernelMask.of(order, kernel, Centre.HIDDEN, none);
    String walk =
        "Order %s, from %s to %s"
            .formatted(order.name(), place(order, 0), place(order, order.size() - 1));
    String masks =
        "Masks of the first layer under %s, at pixels in the middle of the image"
            .formatted(order.name());
    return new Drawing(
        order.name(),
        InlinePicture.of(OrderPictures.walk(order, none), walk, ""),
        InlinePicture.of(OrderPictures.patterns(mask, BLOCK), masks, ""));
  }

  private static String place(PixelOrder order, int step) {
    Grid grid = order.grid();
    int pixel = order.pixelAt(step);
    return "row %d, column %d".formatted(grid.row(pixel), grid.col(pixel));
  }
}
