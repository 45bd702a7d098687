package org.lmconv.jobs.conf;

import java.io.Serializable;

/**
 * The section "train"; {@code reference.conf} explains each key.
 *
 * @param rounds of the run
 * @param localSteps optimiser steps of a worker per round
 * @param workers tasks that train side by side
 * @param batchSize images per worker and local step
 * @param learningRate the highest
 * @param warmupImages images of all workers over which the rate rises
 * @param decayShare share of the run over which the rate falls
 * @param beta1 Adam's, per step
 * @param beta2 Adam's, per step
 * @param epsilon Adam's
 * @param weightDecay per step and unit of learning rate
 * @param clip largest norm of the gradient of the summed loss; 0 is no limit
 * @param emaDecay per optimiser step; 0 is off
 * @param outer how results of the workers are combined
 * @param evaluateEvery rounds; 0 is at the end only
 * @param checkpointEvery rounds
 * @param keepCheckpoints how many stay
 * @param recompute whether backward computes residual blocks once more, to save memory
 */
public record TrainConfig(
    int rounds,
    int localSteps,
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
    String outer,
    int evaluateEvery,
    int checkpointEvery,
    int keepCheckpoints,
    boolean recompute)
    implements Serializable {
  /**
   * Checks every value.
   *
   * @throws org.lmconv.jobs.UserError if one is out of range
   */
  public TrainConfig {
    Bounds.atLeast("train.rounds", rounds, 1);
    Bounds.atLeast("train.local-steps", localSteps, 1);
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
    Bounds.require(
        outer.equals("average"),
        "train.outer",
        outer,
        "must be average, the only value in this release");
    Bounds.atLeast("train.evaluate-every", evaluateEvery, 0);
    Bounds.atLeast("train.checkpoint-every", checkpointEvery, 1);
    Bounds.atLeast("train.keep-checkpoints", keepCheckpoints, 1);
  }
}
