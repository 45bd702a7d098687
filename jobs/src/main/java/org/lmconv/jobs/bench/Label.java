package org.lmconv.jobs.bench;

import java.util.Locale;
import org.lmconv.jobs.bench.Variant.Style;
import org.lmconv.jobs.conf.BenchConfig.What;

/**
 * What a row is about.
 *
 * @param name of the computation
 * @param what the key "what"
 * @param variant way to convolve
 * @param style of the operations
 * @param order of the pixels
 * @param shape of the input, batch x channels x height x width
 * @param device cpu or gpu
 * @param precision of convolutions and products
 * @param recompute whether backward computes blocks once more
 * @param threads on the CPU
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

  static Label of(Setup setup, Case measured, Variant variant) {
    // Separate operations know no other precision.
    String precision = variant.style() == Style.FUSED ? key(setup.precision()) : "float32";
    return of(setup, measured, variant, precision);
  }

  static Label of(Setup setup, Case measured, Variant variant, String precision) {
    What what = setup.bench().what();
    return new Label(
        measured.name(),
        key(what),
        variant.way(),
        variant.style().key(),
        measured.order().name(),
        measured.shape(),
        setup.device().getDeviceType(),
        precision,
        setup.execution().recompute() && variant.style() == Style.FUSED,
        setup.threads());
  }

  /** Of something that a network does under an order, or several, in a way of its own. */
  static Label of(Setup setup, String what, String order, String variant) {
    return new Label(
        what + " " + Case.network(setup),
        key(setup.bench().what()),
        variant,
        Style.FUSED.key(),
        order,
        setup.shape(setup.model().image().channels()),
        setup.device().getDeviceType(),
        key(setup.precision()),
        false,
        setup.threads());
  }

  private static String key(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
