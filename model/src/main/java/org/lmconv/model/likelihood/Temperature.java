package org.lmconv.model.likelihood;

import java.io.Serializable;

/**
 * How boldly pixels are drawn: 1 is the model's own distribution, less prefers what is likely, and
 * 0 always takes the likeliest.
 *
 * @param mixture divides the logits of a choice: of black or white, or of a mixture's component
 * @param scale multiplies the scale of the logistic that was chosen
 */
public record Temperature(double mixture, double scale) implements Serializable {
  /** The model's own distribution. */
  public static final Temperature ONE = new Temperature(1, 1);

  /**
   * @throws IllegalArgumentException if one is negative, infinite or NaN
   */
  public Temperature {
    require("mixture", mixture);
    require("scale", scale);
  }

  private static void require(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the temperature of the %s is at least 0, got %s".formatted(name, value));
    }
  }

  /**
   * Chooses one of several by their logits.
   *
   * @param logits of the choices, from {@code from} to {@code to} (exclusive)
   * @param uniform number in (0, 1): the choice at that place of the cumulative distribution
   * @return index from 0
   */
  int choose(float[] logits, int from, int to, double uniform) {
    int likeliest = from;
    for (int i = from + 1; i < to; i++) {
      likeliest = logits[i] > logits[likeliest] ? i : likeliest;
    }
    if (mixture == 0) {
      return likeliest - from;
    }
    double[] weights = new double[to - from];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp(((double) logits[from + i] - logits[likeliest]) / mixture);
      sum += weights[i];
    }
    double left = uniform * sum;
    int choice = 0;
    while (choice < weights.length - 1 && left >= weights[choice]) {
      left -= weights[choice];
      choice++;
    }
    return choice;
  }
}
