package org.lmconv.model.operation;

/** What is applied to the input of a layer before the layer itself. */
public enum Nonlinearity {
  /** Nothing. */
  NONE,
  /** elu(x) = x if x &gt; 0, else e^x − 1. */
  ELU,
  /** The concatenated exponential linear unit, celu(x) = elu(concat(x, −x)): twice the channels. */
  CELU
}
