package org.lmconv.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Finite differences, to check gradients without trusting autograd: central, D(h) = (f(x + h) − f(x
 * − h)) / 2h, at h and h/2, extrapolated to (4 D(h/2) − D(h)) / 3. That leaves an error of order
 * h⁴, which PONO needs: where the channels of a pixel nearly agree, it is strongly curved.
 */
public final class Gradients {
  private Gradients() {}

  /** Weights in [−1, 1) that make a scalar of any output: its upstream gradient. */
  public static float[] upstream(int size, long seed) {
    float[] weights = new float[size];
    for (int i = 0; i < size; i++) {
      weights[i] = 2 * Seeds.uniform(seed, i) - 1;
    }
    return weights;
  }

  /** Σ weights · values, in double: float32 would add rounding that differences then magnify. */
  public static double weighted(float[] values, float[] weights) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> (double) values[i] * weights[i])
        .sum();
  }

  /** At most {@code count} different indices below {@code size}, drawn at random. */
  public static int[] some(int count, int size, long seed) {
    return IntStream.of(Seeds.permutation(seed, size)).limit(count).toArray();
  }

  /**
   * Fails unless {@code gradient} is that of {@code value} at the chosen coordinates of {@code at}.
   *
   * @param what names the gradient in the message
   * @param value function of a point; must not keep it
   * @param at the point, changed and restored
   * @param step h
   * @param tolerance relative, or absolute where the gradient is below 1
   */
  public static void assertAgree(
      String what,
      ToDoubleFunction<float[]> value,
      float[] at,
      float[] gradient,
      int[] coordinates,
      float step,
      double tolerance) {
    assertThat(gradient).as(what).hasSameSizeAs(at);
    for (int i : coordinates) {
      double expected = extrapolated(value, at, i, step);
      double allowed = tolerance * Math.max(1, Math.abs(expected));
      assertThat((double) gradient[i])
          .as("%s, element %d of %d", what, i, at.length)
          .isCloseTo(expected, within(allowed));
    }
  }

  private static double extrapolated(
      ToDoubleFunction<float[]> value, float[] at, int i, float step) {
    return (4 * difference(value, at, i, step / 2) - difference(value, at, i, step)) / 3;
  }

  private static double difference(ToDoubleFunction<float[]> value, float[] at, int i, float step) {
    float centre = at[i];
    float above = centre + step;
    float below = centre - step;
    at[i] = above;
    double high = value.applyAsDouble(at);
    at[i] = below;
    double low = value.applyAsDouble(at);
    at[i] = centre;
    return (high - low) / ((double) above - below); // the step that float32 really made
  }
}
