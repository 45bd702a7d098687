package org.lmconv.jobs.conf;

import java.io.Serializable;
import org.lmconv.model.tensor.Precision;

/**
 * What a round's workers hand to each other: keys of the section "train" that {@code
 * reference.conf} explains.
 */
public record ExchangeConfig(
    int localSteps,
    int warmupLocalSteps,
    Outer outer,
    double outerLearningRate,
    double outerMomentum,
    Inner innerState,
    Precision transport)
    implements Serializable {

  /** How the results of local steps become the next parameters. */
  public enum Outer {
    /** Their mean. */
    AVERAGE,
    /** A step of SGD with Nesterov momentum along the mean way that they went. */
    NESTEROV
  }

  /** What becomes of the state of the workers' optimisers between rounds. */
  public enum Inner {
    /** It is averaged like the parameters. */
    AVERAGE,
    /** Each worker goes on with its own. */
    LOCAL,
    /** Each round begins without. */
    RESET
  }

  /** Checks every value. */
  public ExchangeConfig {
    Bounds.atLeast("train.local-steps", localSteps, 1);
    Bounds.atLeast("train.warmup-local-steps", warmupLocalSteps, 1);
    Bounds.positive("train.outer-learning-rate", outerLearningRate);
    Bounds.properShare("train.outer-momentum", outerMomentum);
  }
}
