package org.lmconv.jobs.train;

/**
 * What a round takes: K workers of H updates each take {@code H update + fixed + K perWorker}
 * seconds, and what the network adds. All workers are taken to be equally fast.
 *
 * @param update seconds of an update of a worker
 * @param fixed seconds of a round, whatever the number of workers
 * @param perWorker seconds that each worker adds
 * @param modelMb size of the parameters, 10^6 bytes
 * @param resultMb size of what a worker sends
 * @param gigabitsPerSecond of the links of the driver and of each executor, each way, to be added;
 *     0 adds nothing
 */
record Prediction(
    double update,
    double fixed,
    double perWorker,
    double modelMb,
    double resultMb,
    double gigabitsPerSecond) {
  private static final double MB_PER_GIGABIT = 125;

  /** Seconds of a round in which workers do not train. */
  double overhead(int workers) {
    double network =
        gigabitsPerSecond == 0 ? 0 : megabytes(workers) / (gigabitsPerSecond * MB_PER_GIGABIT);
    return fixed + perWorker * workers + network;
  }

  /**
   * What one link carries: two copies of the parameters, since in Spark's torrent broadcast
   * executors pass them on, and the results; of slices, a worker's exchange and then one model.
   */
  private double megabytes(int workers) {
    double down = Math.min(2, workers) * modelMb;
    return isSliced(workers)
        ? down + resultMb * (workers - 1) / workers + modelMb
        : down + workers * resultMb;
  }

  static boolean isSliced(int workers) {
    return workers > Exchange.MOST_DIRECT;
  }

  /** The share of a round in which workers train. */
  double share(int workers, int localSteps) {
    double training = localSteps * update;
    return training / (training + overhead(workers));
  }

  /**
   * The least local steps with which training has at least this share.
   *
   * @param share above 0 and below 1
   */
  int leastSteps(int workers, double share) {
    double exact = share / (1 - share) * overhead(workers) / update;
    // The quotient of a share that fits exactly may come out a little too large.
    return (int) Math.max(1, Math.ceil(exact * (1 - 1e-12)));
  }

  /** The sum, for people. */
  String describe() {
    String network =
        gigabitsPerSecond == 0
            ? ""
            : ", and at %s Gbit/s each way %.2f MB to a worker and %.2f MB back"
                .formatted(gigabitsPerSecond, modelMb, resultMb);
    return "a round of K workers takes H x %.2f ms of updates + %.2f ms + K x %.2f ms%s"
        .formatted(1e3 * update, 1e3 * fixed, 1e3 * perWorker, network);
  }
}
