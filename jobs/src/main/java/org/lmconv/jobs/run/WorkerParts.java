package org.lmconv.jobs.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/** The files of a checkpoint that workers write themselves: the optimisers that they keep. */
public final class WorkerParts {
  private WorkerParts() {}

  /** Their names, in the order of the workers; none if the driver has the optimiser. */
  public static List<String> names(InnerState inner) {
    return inner instanceof InnerState.Own own
        ? IntStream.range(0, own.workers()).mapToObj(WorkerParts::name).toList()
        : List.of();
  }

  private static String name(int worker) {
    return "part-worker-%05d.parquet".formatted(worker);
  }

  /** Writes the optimiser of a worker into the folder of a checkpoint. */
  public static void write(
      Configuration hadoop, Path checkpoint, ParameterLayout layout, int worker, AdamState adam)
      throws IOException {
    Map<String, ParameterVector> kinds = new LinkedHashMap<>();
    kinds.put(Checkpoints.ADAM_M, adam.m());
    kinds.put(Checkpoints.ADAM_V, adam.v());
    Path file = new Path(checkpoint, name(worker));
    CheckpointTensors.write(new Storage(hadoop), file, layout, kinds, worker);
  }

  /**
   * Reads the optimiser of a worker, which has taken so many steps.
   *
   * @throws UserError if it is missing or not whole
   */
  public static AdamState read(
      Configuration hadoop, Path checkpoint, ParameterLayout layout, int worker, long step)
      throws IOException {
    Path part = new Path(checkpoint, name(worker));
    CheckpointTensors tensors = new CheckpointTensors(part.toString(), layout);
    tensors.addFile(new Storage(hadoop), part);
    return Checkpoints.adam(step, tensors);
  }

  /**
   * The mean of the optimisers that the workers kept, for a run that goes on in another way.
   *
   * @throws UserError if one is missing or not whole
   */
  public static AdamState mean(
      Configuration hadoop, Path checkpoint, ParameterLayout layout, InnerState.Own own)
      throws IOException {
    ParameterVector m = ParameterVector.zeros(layout.size());
    ParameterVector v = ParameterVector.zeros(layout.size());
    for (int worker = 0; worker < own.workers(); worker++) {
      AdamState adam = read(hadoop, checkpoint, layout, worker, own.step());
      m.add(1f / own.workers(), adam.m());
      v.add(1f / own.workers(), adam.v());
    }
    return new AdamState(own.step(), m, v);
  }
}
