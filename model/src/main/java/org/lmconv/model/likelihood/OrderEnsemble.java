package org.lmconv.model.likelihood;

/** The ensemble of orders: the average of the joint likelihoods of one image under each order. */
public final class OrderEnsemble {
  private OrderEnsemble() {}

  /**
   * −log( (1/K) Σ_k exp(−nats_k) ), for an image or for one region of it.
   *
   * @param nats negative log-likelihood under each of K orders
   * @return negative log-likelihood under their mixture
   * @throws IllegalArgumentException if there is no order
   */
  public static double nats(double... nats) {
    if (nats.length == 0) {
      throw new IllegalArgumentException("an ensemble has at least one order");
    }
    double least = Double.POSITIVE_INFINITY;
    for (double each : nats) {
      least = Math.min(least, each);
    }
    // Relative to the largest likelihood, because exp(-nats) itself underflows.
    double sum = 0;
    for (double each : nats) {
      sum += Math.exp(least - each);
    }
    return least - Math.log(sum / nats.length);
  }
}
