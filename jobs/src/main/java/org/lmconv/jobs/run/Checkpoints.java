package org.lmconv.jobs.run;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;

/**
 * The checkpoints of a run: {@code checkpoints/round=000040/}. A checkpoint is files of tensors,
 * some of which workers may write, and a manifest that is put last: without it there is none.
 */
public final class Checkpoints {
  static final String MANIFEST = "manifest.json";
  private static final String PREFIX = "round=";
  private static final Pattern NAME = Pattern.compile(PREFIX + "\\d{6,9}");
  private static final String PARAMETER = "parameter";
  static final String ADAM_M = "adam_m";
  static final String ADAM_V = "adam_v";
  private static final String OUTER_MOMENTUM = "outer_momentum";
  private static final String EMA = "ema";

  private final Storage storage;
  private final Path directory;
  private final RunDirectory run;

  Checkpoints(Storage storage, Path directory, RunDirectory run) {
    this.storage = storage;
    this.directory = directory;
    this.run = run;
  }

  private Path of(int round) {
    return new Path(directory, PREFIX + "%06d".formatted(round));
  }

  private static int round(Path checkpoint) {
    return Integer.parseInt(checkpoint.getName().substring(PREFIX.length()));
  }

  /** The complete checkpoints, oldest first. */
  List<Path> complete() throws IOException {
    List<Path> complete = new ArrayList<>();
    for (Path path : storage.list(directory)) {
      if (NAME.matcher(path.getName()).matches() && storage.exists(new Path(path, MANIFEST))) {
        complete.add(path);
      }
    }
    // By number: names have six digits only up to round 999,999.
    complete.sort(Comparator.comparingInt(Checkpoints::round));
    return complete;
  }

  /** The newest complete checkpoint. */
  public Optional<Path> newest() throws IOException {
    return newest(1).stream().findFirst();
  }

  /**
   * The newest checkpoint that is whole; a damaged one is passed over.
   *
   * @param out is told of those
   * @throws UserError if all are damaged
   */
  public Optional<Checkpoint> newestWhole(PrintStream out) throws IOException {
    UserError damaged = null;
    List<Path> complete = complete();
    for (int i = complete.size() - 1; i >= 0; i--) {
      try {
        return Optional.of(read(storage, complete.get(i)));
      } catch (UserError e) {
        damaged = damaged == null ? e : damaged;
        out.printf("%s is passed over: %s%n", complete.get(i).getName(), e.getMessage());
      }
    }
    if (damaged != null) {
      throw damaged;
    }
    return Optional.empty();
  }

  /** The newest complete checkpoints, oldest first; fewer if there are not so many. */
  public List<Path> newest(int count) throws IOException {
    List<Path> complete = complete();
    return complete.subList(Math.max(0, complete.size() - count), complete.size());
  }

  /** An empty folder for a checkpoint: deletes what an interrupted run may have left. */
  public Path prepare(int round) throws IOException {
    run.requireHeld();
    storage.delete(of(round));
    return of(round);
  }

  /** Writes the tensors of a state, beside those of workers; returns the names of the files. */
  public List<String> writeTensors(ParameterLayout layout, TrainingState state) throws IOException {
    Map<String, ParameterVector> kinds = new LinkedHashMap<>();
    kinds.put(PARAMETER, state.parameters());
    if (state.inner() instanceof InnerState.Shared shared) {
      kinds.put(ADAM_M, shared.adam().m());
      kinds.put(ADAM_V, shared.adam().v());
    }
    state.outerMomentum().ifPresent(momentum -> kinds.put(OUTER_MOMENTUM, momentum));
    state.ema().ifPresent(ema -> kinds.put(EMA, ema));
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, ParameterVector> kind : kinds.entrySet()) {
      String part = "part-%05d-%s.parquet".formatted(parts.size(), kind.getKey());
      Path file = new Path(of(state.round()), part);
      CheckpointTensors.write(storage, file, layout, Map.ofEntries(kind), null);
      parts.add(part);
    }
    return parts;
  }

  /**
   * Makes the tensors that lie there a checkpoint.
   *
   * @return its folder
   * @throws UserError if what workers wrote is not there
   */
  public Path commit(Manifest manifest) throws IOException {
    run.requireHeld();
    Path checkpoint = of(manifest.round());
    for (String part : manifest.workerParts()) {
      if (!storage.exists(new Path(checkpoint, part))) {
        throw new UserError(
            ("%s has no %s: its worker wrote to another disk; name a run=DIR that driver and"
                    + " executors share, or use train.inner-state=average")
                .formatted(checkpoint, part));
      }
    }
    storage.writeText(new Path(checkpoint, MANIFEST), manifest.toJson());
    return checkpoint;
  }

  /** Deletes all complete checkpoints up to a round but the newest; later ones are damaged. */
  public void keepNewest(int count, int upTo) throws IOException {
    List<Path> complete = complete().stream().filter(path -> round(path) <= upTo).toList();
    for (Path old : complete.subList(0, Math.max(0, complete.size() - count))) {
      storage.delete(new Path(old, MANIFEST)); // first, so that no reader takes half of it
      storage.delete(old);
    }
  }

  /**
   * What the newest complete checkpoint says of itself.
   *
   * @throws UserError if that is damaged
   */
  public Optional<Manifest> newestManifest() throws IOException {
    Optional<Path> newest = newest();
    return newest.isEmpty() ? Optional.empty() : Optional.of(manifest(storage, newest.get()));
  }

  private static Manifest manifest(Storage storage, Path checkpoint) throws IOException {
    Path file = new Path(checkpoint, MANIFEST);
    try {
      return Manifest.ofJson(storage.readText(file), file.toString());
    } catch (ChecksumException e) {
      throw Manifest.damaged(file.toString(), e.getMessage(), e);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws UserError if it is not one, or not whole
   */
  public static Checkpoint read(Configuration hadoop, Path directory) throws IOException {
    return read(new Storage(hadoop), directory);
  }

  private static Checkpoint read(Storage storage, Path directory) throws IOException {
    if (!storage.exists(new Path(directory, MANIFEST))) {
      throw new UserError(
          "%s has no %s, so it is no checkpoint or was never finished; use another one"
              .formatted(directory, MANIFEST));
    }
    Manifest manifest = manifest(storage, directory);
    JobConfig config =
        ConfigLoader.ofText(manifest.config(), new Path(directory, MANIFEST).toString());
    ModelSpec model = config.model().spec(manifest.image());
    CheckpointTensors tensors =
        new CheckpointTensors(directory.toString(), model.newNetwork().layout());
    for (String part : manifest.parts()) {
      tensors.addFile(storage, new Path(directory, part));
    }
    for (String part : manifest.workerParts()) {
      CheckpointTensors.requireThere(storage, new Path(directory, part));
    }
    TrainingState state = state(manifest, tensors);
    // Whole files may still be those of another checkpoint, copied by hand.
    long crc = Integer.toUnsignedLong(state.parameters().crc32c());
    if (crc != manifest.parameterCrc()) {
      throw new UserError(
          "the parameters of %s have checksum %08x, its %s says %08x; use another checkpoint"
              .formatted(directory, crc, MANIFEST, manifest.parameterCrc()));
    }
    return new Checkpoint(directory, manifest, config, model, state);
  }

  private static TrainingState state(Manifest manifest, CheckpointTensors tensors) {
    return new TrainingState(
        manifest.round(),
        manifest.imagesSeen(),
        tensors.required(PARAMETER),
        inner(manifest, tensors),
        tensors.vector(OUTER_MOMENTUM),
        tensors.vector(EMA));
  }

  private static InnerState inner(Manifest manifest, CheckpointTensors tensors) {
    long step = manifest.adamStep();
    if (!manifest.workerParts().isEmpty()) {
      return new InnerState.Own(step, manifest.workerParts().size());
    }
    return step == 0 ? new InnerState.Fresh() : new InnerState.Shared(adam(step, tensors));
  }

  /** The optimiser among the tensors. */
  static AdamState adam(long step, CheckpointTensors tensors) {
    return new AdamState(step, tensors.required(ADAM_M), tensors.required(ADAM_V));
  }
}
