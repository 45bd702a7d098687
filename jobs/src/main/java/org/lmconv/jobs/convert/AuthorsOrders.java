package org.lmconv.jobs.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pixel orders that the authors' program trained with, in our words. */
final class AuthorsOrders {
  private static final Map<String, String> KINDS =
      Map.of(
          "raster_scan",
          "raster",
          "s_curve",
          "s_curve",
          "hilbert",
          "hilbert",
          "gilbert2d",
          "gilbert");

  private AuthorsOrders() {}

  /** The value of the key "orders"; empty if it was an order that has no name here. */
  static Optional<List<String>> of(Arguments arguments) {
    List<?> orders = arguments.list("order");
    if (orders.isEmpty() || !orders.stream().allMatch(KINDS::containsKey)) {
      return Optional.empty();
    }
    return Optional.of(
        orders.stream().map(KINDS::get).map(kind -> kind + "/" + variant(arguments)).toList());
  }

  /** All with --randomize_order, else one; both number the variants alike. */
  private static String variant(Arguments arguments) {
    if (arguments.flag("randomize_order")) {
      return "*";
    }
    int variant =
        (arguments.flag("base_order_reflect_rows") ? 1 : 0)
            + (arguments.flag("base_order_reflect_cols") ? 2 : 0)
            + (arguments.flag("base_order_transpose") ? 4 : 0);
    return String.valueOf(variant);
  }
}
