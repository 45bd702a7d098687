package org.lmconv.model.train;

import java.io.Serializable;

/**
 * The constants of {@link Adam}.
 *
 * @param beta1 decay of the mean of gradients, in [0, 1)
 * @param beta2 decay of the mean of squared gradients, in [0, 1)
 * @param epsilon added to the root of the mean square, positive
 * @param weightDecay factor of the parameters added to the clipped gradient (L2), 0 for none
 * @param clip largest norm of the gradient, 0 for no clipping
 */
public record AdamSettings(
    double beta1, double beta2, double epsilon, double weightDecay, double clip)
    implements Serializable {

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public AdamSettings {
    require(beta1 >= 0 && beta1 < 1, "beta1 is in [0, 1)", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2 is in [0, 1)", beta2);
    require(epsilon > 0, "epsilon is positive", epsilon);
    require(weightDecay >= 0, "weight decay is not negative", weightDecay);
    require(clip >= 0, "clip is not negative", clip);
  }

  private static void require(boolean holds, String rule, double value) {
    if (!holds) {
      throw new IllegalArgumentException("Adam's %s, got %s".formatted(rule, value));
    }
  }
}
