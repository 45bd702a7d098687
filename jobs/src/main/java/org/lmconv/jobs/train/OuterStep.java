package org.lmconv.jobs.train;

import java.util.Optional;
import org.lmconv.jobs.conf.ExchangeConfig;
import org.lmconv.jobs.conf.ExchangeConfig.Outer;
import org.lmconv.model.parameter.ParameterVector;

/**
 * The outer optimiser, SGD with Nesterov momentum along the mean way d of the workers (DiLoCo;
 * Douillard et al. 2023, arXiv 2311.08105, whose outer gradient is −d):
 *
 * <pre>
 * b = μ b + d;  p = p + rate · (d + μ b)
 * </pre>
 *
 * <p>With μ = 0 and rate 1 this is p + d: the average of the workers.
 */
final class OuterStep {
  private final double rate;
  private final double momentum;
  private final Optional<ParameterVector> buffer; // b

  /**
   * @param before momentum to go on with
   */
  OuterStep(ExchangeConfig exchange, int size, Optional<ParameterVector> before) {
    boolean nesterov = exchange.outer() == Outer.NESTEROV;
    this.rate = nesterov ? exchange.outerLearningRate() : 1;
    this.momentum = nesterov ? exchange.outerMomentum() : 0;
    this.buffer =
        momentum == 0
            ? Optional.empty()
            : Optional.of(
                before.map(ParameterVector::copy).orElseGet(() -> ParameterVector.zeros(size)));
  }

  /** The parameters after a step. */
  ParameterVector step(ParameterVector parameters, ParameterVector way) {
    float[] from = parameters.values();
    float[] d = way.values();
    float[] b = buffer.map(ParameterVector::values).orElse(null);
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      double ahead = d[i];
      if (b != null) {
        b[i] = (float) (momentum * b[i] + d[i]);
        ahead += momentum * b[i];
      }
      to[i] = (float) (from[i] + rate * ahead);
    }
    return new ParameterVector(to);
  }

  /** A copy of the momentum. */
  Optional<ParameterVector> momentum() {
    return buffer.map(ParameterVector::copy);
  }
}
