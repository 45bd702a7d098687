package org.lmconv.jobs.train;

import java.io.IOException;
import org.lmconv.jobs.run.TrainingState;

/** Takes what the rounds of a run make, keeps what it is to go on from, and says how to go on. */
interface RoundObserver {
  /**
   * The folders of checkpoints that the next round is about, for workers that keep their
   * optimisers.
   *
   * @param restoreFrom has the states after the round before; null if none has
   * @param writeTo the states after the next round go there; null if into none
   */
  record Folders(String restoreFrom, String writeTo) {
    static final Folders NONE = new Folders(null, null);
  }

  /**
   * Where rounds begin.
   *
   * @param folders of the first of them
   */
  record Beginning(TrainingState state, Folders folders) {}

  /**
   * Called after every round, once.
   *
   * @return what the next round is to know
   */
  Folders finished(FinishedRound round) throws IOException;

  /**
   * Called when rounds are lost.
   *
   * @param why a sentence for the user, without its end
   * @return where to go on from: the last state that was kept, or the first one
   */
  Beginning goBack(String why) throws IOException;
}
