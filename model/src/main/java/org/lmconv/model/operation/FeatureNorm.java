package org.lmconv.model.operation;

/** How the features of a pixel are normalised. None of the ways looks at another pixel. */
public enum FeatureNorm {
  /** Not at all. */
  NONE,
  /**
   * Positional norm, (x − mean) / sqrt(var + 1e−5) over the channels, with the unbiased variance
   * and no learned scale (Li et al. 2019, "Positional Normalization", arXiv 1907.04312).
   */
  PONO,
  /** Divided by the number of taps that the pixel sees. */
  ORDER_RESCALE;

  /** Added to PONO's variance. */
  public static final double EPSILON = 1e-5;
}
