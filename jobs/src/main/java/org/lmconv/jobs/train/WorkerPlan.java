package org.lmconv.jobs.train;

import java.io.Serializable;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.executor.Placement;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.orders.OrderSet;

/**
 * What does not change from round to round.
 *
 * @param model to train
 * @param encoder of its images
 * @param orders of which each batch draws one
 * @param train settings of the run
 * @param learningRate of its steps
 * @param totalImages of all workers together
 * @param seed of the run
 * @param placement of the workers
 */
record WorkerPlan(
    ModelSpec model,
    ImageEncoder encoder,
    OrderSet orders,
    TrainConfig train,
    LearningRate learningRate,
    long totalImages,
    long seed,
    Placement placement)
    implements Serializable {

  AdamSettings adam() {
    return new AdamSettings(
        train.beta1(), train.beta2(), train.epsilon(), train.weightDecay(), train.clip());
  }

  /** Images of one local step of all workers. */
  long globalBatch() {
    return (long) train.workers() * train.batchSize();
  }

  /** Number of parameters of the model. */
  long parameters() {
    return model.newNetwork().layout().size();
  }

  /** Vectors of that size in a worker's result: the gradient; or parameters, m and v. */
  int vectorsPerResult() {
    return train.localSteps() == 1 ? 1 : 3;
  }
}
