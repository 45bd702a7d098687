package org.lmconv.jobs.conf;

import java.io.Serializable;
import org.lmconv.model.tensor.Precision;

/** The section "train"; {@code reference.conf} explains each key. */
public record TrainConfig(
    int rounds,
    int localSteps,
    int warmupLocalSteps,
    int workers,
    int batchSize,
    double learningRate,
    long warmupImages,
    double decayShare,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clip,
    double emaDecay,
    Outer outer,
    double outerLearningRate,
    double outerMomentum,
    Inner innerState,
    Precision transport,
    int evaluateEvery,
    int checkpointEvery,
    int keepCheckpoints,
    boolean recompute,
    boolean report)
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

  public TrainConfig {
    Bounds.atLeast("train.rounds", rounds, 1);
    Bounds.atLeast("train.local-steps", localSteps, 1);
    Bounds.atLeast("train.warmup-local-steps", warmupLocalSteps, 1);
    Bounds.atLeast("train.workers", workers, 1);
    Bounds.atLeast("train.batch-size", batchSize, 1);
    Bounds.positive("train.learning-rate", learningRate);
    Bounds.atLeast("train.warmup-images", warmupImages, 0);
    Bounds.share("train.decay-share", decayShare);
    Bounds.properShare("train.beta1", beta1);
    Bounds.properShare("train.beta2", beta2);
    Bounds.positive("train.epsilon", epsilon);
    Bounds.notNegative("train.weight-decay", weightDecay);
    Bounds.notNegative("train.clip", clip);
    Bounds.properShare("train.ema-decay", emaDecay);
    Bounds.positive("train.outer-learning-rate", outerLearningRate);
    Bounds.properShare("train.outer-momentum", outerMomentum);
    Bounds.atLeast("train.evaluate-every", evaluateEvery, 0);
    Bounds.atLeast("train.checkpoint-every", checkpointEvery, 1);
    Bounds.atLeast("train.keep-checkpoints", keepCheckpoints, 1);
  }

  /** Images of one local step of all workers. */
  public long globalBatch() {
    return (long) workers * batchSize;
  }

  /** Local steps of a round that begins after so many images. */
  public int localSteps(long imagesSeen) {
    return imagesSeen < warmupImages ? warmupLocalSteps : localSteps;
  }

  /** The most local steps that a round has. */
  public int mostLocalSteps() {
    return Math.max(localSteps(0), localSteps(warmupImages));
  }

  /** Images that all workers will have seen some rounds after they have seen so many. */
  public long imagesAfter(long imagesSeen, long rounds) {
    long perWarmupRound = warmupLocalSteps * globalBatch();
    long untilWarm = Math.max(0, -Math.floorDiv(imagesSeen - warmupImages, perWarmupRound));
    long warmup = Math.min(rounds, untilWarm);
    return imagesSeen + warmup * perWarmupRound + (rounds - warmup) * localSteps * globalBatch();
  }
}
