package org.lmconv.jobs.conf;

import java.util.List;
import java.util.stream.Stream;
import org.lmconv.jobs.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * The value of the key "bench.orders": names of orders, each with or without a region to be last.
 */
final class BenchOrders {
  private BenchOrders() {}

  /**
   * The orders on a grid.
   *
   * @throws UserError if one is misspelt or does not fit, or there is none
   */
  static OrderSet on(List<String> orders, Grid grid) {
    try {
      return OrderSet.of(orders.stream().flatMap(order -> parse(order, grid)).toList());
    } catch (IllegalArgumentException e) {
      throw new UserError("bench.orders=" + orders + ": " + e.getMessage(), e);
    }
  }

  private static Stream<PixelOrder> parse(String order, Grid grid) {
    int plus = order.indexOf('+');
    if (plus < 0) {
      return OrderSet.parse(List.of(order), grid).orders().stream();
    }
    Region last = Region.parse(order.substring(plus + 1), grid);
    return parse(order.substring(0, plus), grid).map(each -> each.withLast(last));
  }
}
