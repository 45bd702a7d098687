package org.lmconv.jobs.train;

import java.io.IOException;
import java.util.Optional;
import org.lmconv.jobs.run.RoundReport;
import org.lmconv.jobs.run.TrainingState;

/** Takes what the rounds of a run make, and keeps what it is to go on from. */
interface RoundObserver {
  /** Whether the state after this round is to be kept. */
  boolean wantsCheckpoint(int round);

  /**
   * Makes room for the checkpoint of a round before the round runs.
   *
   * @return its folder
   */
  String prepareCheckpoint(int round) throws IOException;

  /** The folder of the newest committed checkpoint, if it is that of this round. */
  Optional<String> committed(int round);

  /**
   * Keeps a state.
   *
   * @return seconds that it took
   */
  double write(TrainingState state) throws IOException;

  /** Called after every round, and after {@link #write} where that is called. */
  void finished(RoundReport report) throws IOException;

  /**
   * Called when rounds are lost.
   *
   * @param why a sentence for the user, without its end
   * @return the last state that was kept, or the first one, to go on from
   */
  TrainingState goBack(String why) throws IOException;
}
