package org.lmconv.jobs.score;

import java.io.Serializable;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.conf.Keys.NllKeys;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.run.RowFiles;
import org.lmconv.jobs.session.Placement;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.OrderEnsemble;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * How images are scored.
 *
 * @param orders each image is scored under; every one visits the region last
 * @param ensemble places of its members among the orders, ascending
 * @param region whose pixels are scored, given all others
 * @param maps whether the nats of each pixel are kept
 * @param batchSize images in one forward pass
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

  /**
   * The method that a configuration asks for.
   *
   * @param region to score, given the rest of the image
   * @throws UserError if an order does not fit the images or does not visit the region last, the
   *     ensemble has an order that is not scored, or there is no such device
   */
  static ScoringMethod of(SparkSession spark, JobConfig config, ModelSpec model, Region region) {
    NllKeys keys = config.as(NllKeys.class);
    OrderSet orders = config.ordersOn(model.image().grid());
    requireLast(orders, region, keys.region());
    int slots = spark.sparkContext().defaultParallelism();
    return new ScoringMethod(
        model,
        ImageEncoder.of(model, config),
        orders,
        members(keys.score().ensemble(), orders),
        region,
        keys.score().maps(),
        keys.score().batchSize(),
        Placement.of(spark.sparkContext().getConf(), keys.device(), config.execution(), slots));
  }

  /** Under any other order the sum over the region depends on the order, and is of no use. */
  private static void requireLast(OrderSet orders, Region region, String text) {
    for (PixelOrder order : orders.orders()) {
      if (!order.visitsLast(region)) {
        throw new UserError(
            "region=%s: order %s does not visit it last; write %s+%s, or leave it out"
                .formatted(text, order.name(), order.name().replaceFirst("\\+.*", ""), text));
      }
    }
  }

  /**
   * Places of the members of the ensemble among the orders, ascending.
   *
   * @param names of orders, with * for any part of a name; none is all orders
   */
  private static List<Integer> members(List<String> names, OrderSet orders) {
    if (names.isEmpty()) {
      return IntStream.range(0, orders.size()).boxed().toList();
    }
    SortedSet<Integer> places = new TreeSet<>();
    for (String name : names) {
      String pattern =
          Stream.of(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
      List<Integer> named =
          IntStream.range(0, orders.size())
              .filter(place -> orders.get(place).name().matches(pattern))
              .boxed()
              .toList();
      if (named.isEmpty()) {
        throw new UserError(
            "score.ensemble=%s: %s is none of the orders %s; name some of them"
                .formatted(names, name, names(orders.orders().stream(), ", ")));
      }
      places.addAll(named);
    }
    return List.copyOf(places);
  }

  /**
   * All that decides the numbers of an image, but for the parameters. Maps do not: with and without
   * them the rows have the same numbers, and a reader who found both would count each image twice.
   */
  String identity() {
    return RowFiles.identity(
        orders,
        ensembleNames(),
        region,
        encoder.describeBinarization(),
        placement.execution().precision());
  }

  /** Names of the orders, comma between. */
  String orderNames() {
    return names(orders.orders().stream(), ",");
  }

  /** Names of the orders in the ensemble, comma between. */
  String ensembleNames() {
    return names(ensemble.stream().map(orders::get), ",");
  }

  private static String names(Stream<PixelOrder> orders, String between) {
    return orders.map(PixelOrder::name).collect(Collectors.joining(between));
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
