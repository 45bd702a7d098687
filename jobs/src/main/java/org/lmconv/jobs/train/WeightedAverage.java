package org.lmconv.jobs.train;

/**
 * A weighted average of vectors, added in a fixed order. Sums are in double: the average of equal
 * float32 vectors is then that vector, bit for bit.
 */
final class WeightedAverage {
  private final double[] sums;
  private double weights;

  WeightedAverage(int size) {
    sums = new double[size];
  }

  /** Adds a vector that counts {@code weight} times. */
  void add(Packed vector, double weight) {
    if (vector.size() != sums.length) {
      throw new IllegalArgumentException(
          "cannot average %d elements with %d".formatted(sums.length, vector.size()));
    }
    vector.addTo(sums, weight);
    weights += weight;
  }

  /** Σ weight · vector. */
  float[] sum() {
    return divided(1);
  }

  /** Σ weight · vector / Σ weight. */
  float[] mean() {
    return divided(weights);
  }

  private float[] divided(double divisor) {
    float[] values = new float[sums.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (sums[i] / divisor);
    }
    return values;
  }
}
