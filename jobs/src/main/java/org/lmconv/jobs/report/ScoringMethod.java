package org.lmconv.jobs.report;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.executor.Placement;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.OrderEnsemble;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * How images are scored.
 *
 * @param model that scores
 * @param encoder of the images
 * @param orders each image is scored under; every one visits the region last
 * @param ensemble places of its members among the orders, ascending
 * @param region whose pixels are scored, given all others
 * @param maps whether the nats of each pixel are kept
 * @param batchSize images in one forward pass
 * @param placement of the tasks
 */
record ScoringMethod(
    ModelSpec model,
    ImageEncoder encoder,
    OrderSet orders,
    List<Integer> ensemble,
    Region region,
    boolean maps,
    int batchSize,
    Placement placement)
    implements Serializable {

  ScoringMethod {
    ensemble = List.copyOf(ensemble);
  }

  /** Names of the orders, comma between. */
  String orderNames() {
    return names(orders.orders().stream());
  }

  /** Names of the orders in the ensemble, comma between. */
  String ensembleNames() {
    return names(ensemble.stream().map(orders::get));
  }

  private static String names(Stream<PixelOrder> orders) {
    return orders.map(PixelOrder::name).collect(Collectors.joining(","));
  }

  /** Whether the ensemble leaves an order out. */
  boolean leavesOrdersOut() {
    return ensemble.size() < orders.size();
  }

  /** Whether pixels are left out. */
  boolean leavesPixelsOut() {
    return region.size() < region.grid().pixels();
  }

  /**
   * Nats under the ensemble.
   *
   * @param nats [orders]
   */
  double ensembleNats(double[] nats) {
    return OrderEnsemble.nats(ensemble.stream().mapToDouble(order -> nats[order]).toArray());
  }

  /** Bits per subpixel of the region: nats / (pixels · channels · ln 2). */
  double bitsPerDimension(double nats) {
    return nats / (region.size() * model.image().channels() * Math.log(2));
  }
}
