package org.lmconv.jobs.train;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.WorkerParts;
import org.lmconv.jobs.train.RoundStart.Keeping;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.train.AdamState;

/** What becomes of the workers' optimisers between two rounds, on the side of the workers. */
final class WorkerOptimisers implements Serializable {
  private static final long serialVersionUID = 1;

  private final WorkerPlan plan;
  private final Broadcast<SerializableConfiguration> hadoop; // opens the file system of the run

  WorkerOptimisers(WorkerPlan plan, Broadcast<SerializableConfiguration> hadoop) {
    this.plan = plan;
    this.hadoop = hadoop;
  }

  /** The state that a worker begins a round with; empty if it was lost. */
  Optional<AdamState> atStart(RoundStart start, int worker) {
    Keeping keeping = start.keeping();
    Optional<AdamState> kept =
        keeping == null
            ? Optional.empty()
            : OwnStates.after(keeping.session(), worker, start.round() - 1);
    if (start.inner() instanceof InnerState.Shared shared) {
      return Optional.of(shared.adam());
    }
    if (start.inner() instanceof InnerState.Own own) {
      return kept.isPresent() || keeping.restoreFrom() == null
          ? kept
          : Optional.of(read(keeping.restoreFrom(), worker, own.step()));
    }
    return Optional.of(AdamState.initial(start.parameters().size()));
  }

  /**
   * Keeps the state that a worker ends a round with, or drops it.
   *
   * @return both moments if they are to be sent and averaged; else nothing
   */
  List<float[]> afterwards(RoundStart start, int worker, DeviceModel model) {
    return switch (plan.train().innerState()) {
      case RESET -> List.of();
      case AVERAGE -> {
        AdamState adam = model.adamState();
        yield List.of(adam.m().values(), adam.v().values());
      }
      case LOCAL -> {
        keep(start.keeping(), start.round(), worker, model.adamState());
        yield List.of();
      }
    };
  }

  private void keep(Keeping keeping, int round, int worker, AdamState adam) {
    OwnStates.keep(keeping.session(), worker, round, adam);
    if (keeping.writeTo() == null) {
      return;
    }
    try {
      WorkerParts.write(files(), new Path(keeping.writeTo()), layout(), worker, adam);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AdamState read(String checkpoint, int worker, long step) {
    try {
      return WorkerParts.read(files(), new Path(checkpoint), layout(), worker, step);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Configuration files() {
    return hadoop.value().value();
  }

  private ParameterLayout layout() {
    return plan.model().newNetwork().layout();
  }

  /**
   * The optimisers that workers of this JVM keep from round to round. Of each the states before and
   * after its last round are there, since Spark may run that round's task once more.
   */
  static final class OwnStates {
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
}
