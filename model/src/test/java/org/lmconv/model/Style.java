package org.lmconv.model;

import org.lmconv.model.operation.FusedOperations;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Tape;
import org.lmconv.model.reference.ReferenceOperations;
import org.lmconv.model.tensor.Precision;

/** The implementations of the operations, which all compute the same. */
public enum Style {
  /** What models run. */
  FUSED,
  /** The same, with blocks computed once more in backward. */
  RECOMPUTED,
  /** The paper's formulas, one after the other, with autograd. */
  REFERENCE;

  /** Operations that record gradients: on the tape, or in autograd. */
  Operations training(Tape tape) {
    return switch (this) {
      case FUSED -> FusedOperations.training(Precision.FLOAT32, tape, false);
      case RECOMPUTED -> FusedOperations.training(Precision.FLOAT32, tape, true);
      case REFERENCE -> ReferenceOperations.im2col();
    };
  }

  /** Operations without gradients. */
  public Operations scoring() {
    return this == REFERENCE
        ? ReferenceOperations.im2col()
        : FusedOperations.scoring(Precision.FLOAT32);
  }
}
