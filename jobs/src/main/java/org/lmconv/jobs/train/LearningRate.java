package org.lmconv.jobs.train;

import java.io.Serializable;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.run.TrainingState;

/**
 * The learning rate as a function of the images that all workers together have seen: a linear rise,
 * a plateau, and a linear fall to zero at the end of the run.
 *
 * @param highest rate of the plateau
 * @param warmupImages over which it rises
 * @param decayImages over which it falls
 * @param totalImages of the run
 */
record LearningRate(double highest, long warmupImages, double decayImages, long totalImages)
    implements Serializable {

  /** The rates of a run, from where it stands to its last round. */
  static LearningRate of(TrainConfig train, TrainingState state) {
    long total = train.imagesAfter(state.imagesSeen(), train.rounds() - state.round());
    return new LearningRate(
        train.learningRate(), train.warmupImages(), train.decayShare() * total, total);
  }

  /**
   * The rate of a step.
   *
   * @param before images seen before the step
   * @param batch images of the step, of all workers together
   */
  double at(long before, long batch) {
    // The first step already has a share of the rise, and the last one of the fall.
    double rise = warmupImages == 0 ? 1 : Math.min(1, (before + batch) / (double) warmupImages);
    double fall = decayImages == 0 ? 1 : Math.min(1, (totalImages - before) / decayImages);
    return highest * rise * Math.max(0, fall);
  }
}
