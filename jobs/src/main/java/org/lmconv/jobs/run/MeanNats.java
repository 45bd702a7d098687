package org.lmconv.jobs.run;

/**
 * What a scoring of a run found for an order.
 *
 * @param weights {@link Checkpoint#PARAMETERS}, or {@link Checkpoint#EMA} for their moving average
 * @param order its name, or {@link #ENSEMBLE}
 * @param nats mean over the images
 * @param bitsPerDim the same per dimension
 */
public record MeanNats(String weights, String order, double nats, double bitsPerDim) {
  /** The name of the order in rows of the ensemble. */
  public static final String ENSEMBLE = "ensemble";
}
