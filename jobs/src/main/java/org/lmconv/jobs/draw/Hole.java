package org.lmconv.jobs.draw;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;
import org.lmconv.orders.SeenContext;

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

  /**
   * What was chosen.
   *
   * @param explanation in one line
   */
  record Choice(Hole hole, String explanation) {}

  /**
   * Chooses the order in which a region is filled: known pixels first, and of the orders given the
   * one in which the region's pixels see most of them through the layers of the network.
   */
  static Choice choose(Region region, OrderSet orders, NetworkConfig network) {
    List<SeenContext> seen =
        orders.orders().stream()
            .map(order -> SeenContext.of(order, region, network.kernel(), network.layers()))
            .toList();
    SeenContext best = SeenContext.best(seen, orders.orders());
    return new Choice(new Hole(best.order(), region), explain(region, best, seen));
  }

  private static String explain(Region region, SeenContext best, List<SeenContext> all) {
    PixelOrder order = best.order();
    SeenContext least = all.stream().min(Comparator.comparingDouble(SeenContext::share)).get();
    String comparison =
        all.size() == 1
            ? "the only order given"
            : "the most of %d orders; the least is %.0f %% with %s"
                .formatted(all.size(), 100 * least.share(), least.order().name());
    return "region %s, %d of %d pixels: order %s, under which they see %.0f %% of the known pixels, %s"
        .formatted(
            region.name(),
            region.size(),
            order.size(),
            order.name(),
            100 * best.share(),
            comparison);
  }
}
