package org.lmconv.jobs.bench;

import org.lmconv.jobs.train.RoundOverhead;
import org.lmconv.model.tensor.Precision;

/**
 * The time that a round's vectors take on the wire, beside all else. Each worker is on an executor
 * with a link of its own; links carry as much in each direction at once, and the phases of a round
 * follow one another.
 *
 * <ul>
 *   <li>Spark's torrent broadcast: the driver sends two copies of the parameters (one to a single
 *       worker), since executors that have blocks pass them on.
 *   <li>Direct exchange: the driver receives the vector of each worker.
 *   <li>Sliced exchange: each worker sends all of its vector but its own slice, and receives as
 *       much; then the driver receives one model.
 * </ul>
 *
 * @param gigabitsPerSecond of each link, 10^9 bits; 0 is a network that takes no time
 * @param transport precision of what workers send
 */
record Network(double gigabitsPerSecond, Precision transport) {
  private static final double MEGABYTES_PER_GIGABIT = 125;

  /** Of a round of workers with a model of so many megabytes (10^6 bytes of float32). */
  double seconds(int workers, double megabytes) {
    if (gigabitsPerSecond == 0) {
      return 0;
    }
    double down = Math.min(2, workers) * megabytes;
    double vector = transport == Precision.FLOAT32 ? megabytes : megabytes / 2;
    double up =
        RoundOverhead.exchange(workers).equals("direct")
            ? workers * vector
            : vector * (workers - 1) / workers + megabytes;
    return (down + up) / (gigabitsPerSecond * MEGABYTES_PER_GIGABIT);
  }

  /**
   * For people.
   *
   * @param measuredOne whether what was measured went over a network
   */
  String describe(boolean measuredOne) {
    if (gigabitsPerSecond == 0) {
      return measuredOne
          ? "the network is the one that was measured"
          : "no network is counted: for a cluster, set plan.gigabits-per-second, or measure there";
    }
    return ("links of %s Gbit/s are added: the driver sends two copies of the parameters (Spark's"
            + " torrent broadcast) and receives the vectors of up to 8 workers, or of more"
            + " workers one model, once they have exchanged slices")
        .formatted(Words.plain(gigabitsPerSecond));
  }
}
