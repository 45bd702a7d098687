package org.lmconv.bench;

import org.lmconv.orders.PixelOrder;

/**
 * What a row is about.
 *
 * @param what the key "what"
 * @param variant way to convolve, or to do the work
 * @param shape of the input, batch x channels x height x width
 * @param device cpu or gpu
 * @param precision of convolutions and products
 * @param recompute whether backward computes blocks once more
 */
record Label(
    String name,
    String what,
    String variant,
    String style,
    String order,
    String shape,
    String device,
    String precision,
    boolean recompute,
    int threads) {

  /** Of a way to convolve; separate operations know no other precision, and keep everything. */
  static Label of(
      Setup setup, String name, PixelOrder order, String shape, Variant variant, String precision) {
    return new Label(
        name,
        setup.what(),
        variant.way(),
        variant.style(),
        order.name(),
        shape,
        setup.device().getDeviceType(),
        variant.isFused() ? precision : "float32",
        variant.isFused() && setup.execution().recompute(),
        setup.threads());
  }

  /** Of what the network does under an order, or several, without a backward pass. */
  static Label of(Setup setup, String verb, String order, String variant) {
    return new Label(
        verb + " " + setup.network(),
        setup.what(),
        variant,
        "fused",
        order,
        setup.shape(),
        setup.device().getDeviceType(),
        setup.precision(),
        false,
        setup.threads());
  }
}
