package org.lmconv.jobs.run;

import java.io.Serializable;
import org.lmconv.model.train.AdamState;

/** Where the state of the workers' optimiser is between two rounds. */
public sealed interface InnerState extends Serializable {
  /** Steps that the optimiser has taken. */
  long step();

  /** All workers go on from the same. */
  record Shared(AdamState adam) implements InnerState {
    @Override
    public long step() {
      return adam.step();
    }
  }

  /** Every worker has kept its own. */
  record Own(long step, int workers) implements InnerState {}

  /** Every worker begins with none. */
  record Fresh() implements InnerState {
    @Override
    public long step() {
      return 0;
    }
  }
}
