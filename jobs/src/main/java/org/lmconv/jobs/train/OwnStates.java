package org.lmconv.jobs.train;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.lmconv.model.train.AdamState;

/**
 * The optimisers that workers of this JVM keep from round to round. Of each the states before and
 * after its last round are there, since Spark may run that round's task once more.
 */
final class OwnStates {
  private record Key(int worker, int round) {}

  private static final Map<Key, AdamState> STATES = new HashMap<>();
  private static String session = "";

  private OwnStates() {}

  /**
   * The state of a worker after a round, if this JVM has it; forgets its other ones.
   *
   * @param current session of the run
   */
  static synchronized Optional<AdamState> after(String current, int worker, int round) {
    if (!session.equals(current)) {
      STATES.clear();
      session = current;
    }
    STATES.keySet().removeIf(key -> key.worker() == worker && key.round() != round);
    return Optional.ofNullable(STATES.get(new Key(worker, round)));
  }

  /** Keeps the state of a worker after a round. */
  static synchronized void keep(String current, int worker, int round, AdamState state) {
    if (session.equals(current)) { // a task that outlived its run has nothing to say
      STATES.put(new Key(worker, round), state);
    }
  }
}
