package org.lmconv.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lmconv.jobs.train.WorkerOptimisers.OwnStates;
import org.lmconv.model.train.AdamState;

class OwnStatesTest {
  private static final AdamState EARLY = AdamState.initial(1);
  private static final AdamState LATE = new AdamState(5, EARLY.m(), EARLY.v());

  @Test
  void aTaskThatRunsOnceMoreFindsWhatTheFirstOneFound() {
    OwnStates.after("a", 0, 0);
    OwnStates.keep("a", 0, 1, EARLY);
    assertThat(OwnStates.after("a", 0, 1)).contains(EARLY);
    OwnStates.keep("a", 0, 2, LATE);
    assertThat(OwnStates.after("a", 0, 1)).as("round 2 once more").contains(EARLY);
    assertThat(OwnStates.after("a", 0, 2)).as("forgotten with that").isEmpty();
  }

  @Test
  void roundsAndWorkersAreApart() {
    OwnStates.after("b", 0, 0);
    OwnStates.keep("b", 0, 1, EARLY);
    OwnStates.keep("b", 1, 1, LATE);
    assertThat(OwnStates.after("b", 0, 2)).isEmpty();
    assertThat(OwnStates.after("b", 1, 1)).contains(LATE);
  }

  @Test
  void anotherSessionHasNothingOfThis() {
    OwnStates.after("c", 0, 0);
    OwnStates.keep("c", 0, 1, EARLY);
    assertThat(OwnStates.after("d", 0, 1)).isEmpty();
    OwnStates.keep("c", 0, 1, EARLY);
    assertThat(OwnStates.after("c", 0, 1)).as("of a task that came too late").isEmpty();
  }
}
