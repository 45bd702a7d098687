package org.lmconv.jobs.train;

import java.io.Serializable;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * What a worker made of its round.
 *
 * @param images that it trained on
 * @param nats negative log-likelihood of them all, each before the step that it took part in
 * @param values the summed gradient, or the parameters after its local steps; null on failure
 * @param adam state of its optimiser after them; null for a gradient
 * @param seconds that it computed
 * @param rssBytes resident memory of its process, −1 where unknown
 * @param failure why it stopped: a clause to end a sentence with; null if it did not
 */
record WorkerResult(
    long images,
    double nats,
    ParameterVector values,
    AdamState adam,
    double seconds,
    long rssBytes,
    String failure)
    implements Serializable {

  static WorkerResult failed(String reason) {
    return new WorkerResult(0, 0, null, null, 0, -1, reason);
  }

  /** Bytes of its arrays, as float32. */
  long bytes() {
    return Payload.bytes(values, adam);
  }
}
