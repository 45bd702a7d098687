package org.lmconv.jobs.conf;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.Serializable;

/** The section "train"; {@code reference.conf} explains each key. */
public record TrainConfig(
    int rounds,
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
    @JsonUnwrapped ExchangeConfig exchange,
    int evaluateEvery,
    int checkpointEvery,
    int keepCheckpoints,
    boolean recompute,
    boolean report)
    implements Serializable {
  /** Checks every value. */
  public TrainConfig {
    Bounds.atLeast("train.rounds", rounds, 1);
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
    return imagesSeen < warmupImages ? exchange.warmupLocalSteps() : exchange.localSteps();
  }

  /** The most local steps that a round has. */
  public int mostLocalSteps() {
    return Math.max(localSteps(0), localSteps(warmupImages));
  }

  /** Images that all workers will have seen some rounds after they have seen so many. */
  public long imagesAfter(long imagesSeen, long rounds) {
    long perWarmupRound = exchange.warmupLocalSteps() * globalBatch();
    long untilWarm = Math.max(0, -Math.floorDiv(imagesSeen - warmupImages, perWarmupRound));
    long warmup = Math.min(rounds, untilWarm);
    return imagesSeen
        + warmup * perWarmupRound
        + (rounds - warmup) * exchange.localSteps() * globalBatch();
  }
}
