package org.lmconv.jobs.train;

import java.io.Serializable;
import org.lmconv.jobs.conf.TrainConfig;
import org.lmconv.jobs.conf.TrainConfig.Inner;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.session.Placement;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.orders.OrderSet;

/**
 * What does not change from round to round.
 *
 * @param orders of which each batch draws one
 * @param totalImages of all workers together
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

  long parameters() {
    return model.newNetwork().layout().size();
  }

  /** Vectors of that size in a worker's result: the gradient or the way; perhaps m and v too. */
  int vectorsPerResult() {
    boolean moments = train.innerState() == Inner.AVERAGE;
    return train.mostLocalSteps() > 1 && moments ? 3 : 1;
  }

  /** Whether each worker keeps the state of its optimiser itself, in rounds of local steps. */
  boolean workersKeepStates() {
    return train.innerState() == Inner.LOCAL;
  }
}
