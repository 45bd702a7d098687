package org.lmconv.jobs.train;

import org.lmconv.model.parameter.ParameterVector;

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
  void add(ParameterVector vector, double weight) {
    if (vector.size() != sums.length) {
      throw new IllegalArgumentException(
          "cannot average %d elements with %d".formatted(sums.length, vector.size()));
    }
    float[] values = vector.values();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * values[i];
    }
    weights += weight;
  }

  /** Σ weight · vector. */
  ParameterVector sum() {
    return divided(1);
  }

  /** Σ weight · vector / Σ weight. */
  ParameterVector mean() {
    return divided(weights);
  }

  private ParameterVector divided(double divisor) {
    float[] values = new float[sums.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (sums[i] / divisor);
    }
    return new ParameterVector(values);
  }
}
