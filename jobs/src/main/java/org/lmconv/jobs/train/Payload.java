package org.lmconv.jobs.train;

import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/** How much a message between driver and worker weighs. */
final class Payload {
  private Payload() {}

  /** Bytes of the arrays, as float32; {@code adam} may be null. */
  static long bytes(ParameterVector values, AdamState adam) {
    long vectors = adam == null ? 1 : 3;
    return vectors * values.size() * Float.BYTES;
  }
}
