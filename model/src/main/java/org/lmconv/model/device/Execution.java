package org.lmconv.model.device;

import java.io.Serializable;
import org.lmconv.model.tensor.Precision;

/**
 * How a device computes a model; not what: the model is the same.
 *
 * @param precision of convolutions and matrix products
 * @param recompute whether training keeps only the outputs of the residual blocks, and computes
 *     what is inside them once more in backward: less memory, more time, the same gradients
 */
public record Execution(Precision precision, boolean recompute) implements Serializable {
  /** float32, everything kept. */
  public static final Execution DEFAULT = new Execution(Precision.FLOAT32, false);
}
