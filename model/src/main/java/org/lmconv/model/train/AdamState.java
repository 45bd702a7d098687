package org.lmconv.model.train;

import java.io.Serializable;
import org.lmconv.model.parameter.ParameterVector;

/**
 * All that {@link Adam} remembers between updates.
 *
 * @param step updates made
 * @param m running mean of gradients
 * @param v running mean of squared gradients
 */
public record AdamState(long step, ParameterVector m, ParameterVector v) implements Serializable {

  /** The state before the first update of {@code size} parameters. */
  public static AdamState initial(int size) {
    return new AdamState(0, ParameterVector.zeros(size), ParameterVector.zeros(size));
  }
}
