package org.lmconv.jobs.conf;

import java.util.List;

/** The section "model"; {@code reference.conf} explains each key. */
public record ModelConfig(
    int filters,
    int resnets,
    int kernel,
    int dilation,
    String normalization,
    boolean bias,
    boolean maskWeight,
    double dropout,
    String likelihood,
    int mixtures,
    int bits,
    String tail) {
  private static final List<String> NORMALIZATIONS =
      List.of("pono", "weight_norm", "order_rescale", "none", "weight_norm+pono");
  private static final List<String> LIKELIHOODS = List.of("bernoulli", "logistic_mixture");
  private static final List<String> TAILS = List.of("exact", "published");

  /** Checks every value. */
  public ModelConfig {
    Bounds.atLeast("model.filters", filters, 1);
    Bounds.atLeast("model.resnets", resnets, 1);
    Bounds.require(
        kernel >= 3 && kernel % 2 == 1, "model.kernel", kernel, "must be odd and at least 3");
    Bounds.atLeast("model.dilation", dilation, 1);
    Bounds.oneOf("model.normalization", normalization, NORMALIZATIONS);
    Bounds.properShare("model.dropout", dropout);
    Bounds.oneOf("model.likelihood", likelihood, LIKELIHOODS);
    Bounds.atLeast("model.mixtures", mixtures, 1);
    Bounds.within("model.bits", bits, 1, 8);
    Bounds.oneOf("model.tail", tail, TAILS);
  }
}
