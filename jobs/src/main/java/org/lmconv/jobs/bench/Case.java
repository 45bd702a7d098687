package org.lmconv.jobs.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lmconv.jobs.bench.Variant.Style;
import org.lmconv.jobs.conf.BenchConfig.Channels;
import org.lmconv.orders.PixelOrder;

/**
 * A computation that all variants do.
 *
 * @param name of it
 * @param order of the pixels
 * @param shape of its input, batch x channels x height x width
 * @param variants that can do it
 * @param opener makes it ready to run
 */
record Case(
    String name,
    PixelOrder order,
    String shape,
    List<Variant> variants,
    Function<Variant, Workload> opener) {

  /** The cases of a layer, a step or scoring. */
  static List<Case> of(Setup setup) {
    List<PixelOrder> orders = setup.bench().orderSet().orders();
    return switch (setup.bench().what()) {
      case LAYER -> layers(setup, orders);
      case SCORING -> orders.stream().map(order -> scoring(setup, order)).toList();
      default -> orders.stream().map(order -> step(setup, order)).toList();
    };
  }

  private static List<Case> layers(Setup setup, List<PixelOrder> orders) {
    List<Case> cases = new ArrayList<>();
    for (Channels channels : setup.bench().channelPairs()) {
      for (boolean backward : new boolean[] {false, true}) {
        orders.forEach(order -> cases.add(layer(setup, channels, order, backward)));
      }
    }
    return cases;
  }

  private static Case layer(Setup setup, Channels channels, PixelOrder order, boolean backward) {
    return new Case(
        "layer %d-%d forward%s"
            .formatted(channels.inputs(), channels.outputs(), backward ? "+backward" : ""),
        order,
        setup.shape(channels.inputs()),
        variants(setup, order),
        variant -> {
          LayerSite site = LayerSite.of(setup, channels, order, variant);
          return variant.style() == Style.FUSED
              ? new FusedLayer(site, setup.precision(), backward)
              : new SeparateLayer(site, variant.operations(), backward);
        });
  }

  private static Case scoring(Setup setup, PixelOrder order) {
    return new Case(
        "scoring " + network(setup),
        order,
        setup.shape(setup.model().image().channels()),
        variants(setup, order),
        variant -> ModelWorkload.scoring(setup, order, variant));
  }

  /** A training step. */
  static Case step(Setup setup, PixelOrder order) {
    return new Case(
        "step " + network(setup),
        order,
        setup.shape(setup.model().image().channels()),
        variants(setup, order),
        variant -> ModelWorkload.training(setup, order, variant));
  }

  /** What a worker does at the start and the end of a round of local steps, beside them. */
  static Case loading(Setup setup, PixelOrder order) {
    return new Case(
        "loading " + network(setup),
        order,
        setup.shape(setup.model().image().channels()),
        List.of(Variant.PLAN_FUSED),
        variant -> ModelWorkload.loading(setup, variant));
  }

  private static List<Variant> variants(Setup setup, PixelOrder order) {
    return Variant.of(setup.bench().variants(), setup.masks(order));
  }

  /** The network's size. */
  static String network(Setup setup) {
    return "F=%d R=%d"
        .formatted(setup.model().network().filters(), setup.model().network().resnets());
  }

  /** The name for people, with the order. */
  String title() {
    return "%s, order %s, %s".formatted(name, order.name(), shape);
  }
}
