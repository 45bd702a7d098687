package org.lmconv.jobs.bench;

/**
 * Predicts how much of a round is training. All workers are taken to be equally fast.
 *
 * @param step of a worker
 * @param overheads of rounds, as measured
 * @param network to be added
 * @param megabytes of the model: 10^6 bytes of float32
 */
record Prediction(StepTime step, Overheads overheads, Network network, double megabytes) {
  /** Seconds of a round in which workers do not train. */
  double overhead(int workers) {
    return step.loadSeconds()
        + overheads.of(workers).seconds(workers, megabytes)
        + network.seconds(workers, megabytes);
  }

  /** The share of a round in which they do: H s / (H s + overhead). */
  double share(int workers, int localSteps) {
    double training = localSteps * step.seconds();
    return training / (training + overhead(workers));
  }

  /**
   * The least local steps with which training has at least this share.
   *
   * @param share above 0 and below 1
   */
  int leastSteps(int workers, double share) {
    double exact = share / (1 - share) * overhead(workers) / step.seconds();
    // The quotient of a share that fits exactly may come out a little too large.
    return (int) Math.max(1, Math.ceil(exact * (1 - 1e-12)));
  }
}
