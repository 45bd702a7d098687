package org.lmconv.jobs.run;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.train.AdamState;

/**
 * The directory of a run that no training has made, with one checkpoint. It appears whole or not at
 * all.
 */
public final class NewRun {
  /** For states that no worker has a part of. */
  public static final WorkerStates NO_WORKERS =
      worker -> {
        throw new IllegalStateException("there are no workers");
      };

  private final Configuration hadoop;
  private final Storage storage;
  private final String key;
  private final Path root;

  private NewRun(Configuration hadoop, String key, Path root) {
    this.hadoop = hadoop;
    this.storage = new Storage(hadoop);
    this.key = key;
    this.root = root;
  }

  /** The optimisers of workers that keep their own. */
  @FunctionalInterface
  public interface WorkerStates {
    AdamState read(int worker) throws IOException;
  }

  /**
   * A run to write.
   *
   * @param key that names it, for messages
   * @throws UserError if something is there already
   */
  public static NewRun at(Configuration hadoop, String key, String path) throws IOException {
    Path root = Storage.qualified(hadoop, path);
    FileSystem files = root.getFileSystem(hadoop);
    if (files.exists(root)
        && (!files.getFileStatus(root).isDirectory() || files.listStatus(root).length > 0)) {
      throw new UserError(
          "%s=%s is there already, and not empty; name a new directory".formatted(key, path));
    }
    return new NewRun(hadoop, key, root);
  }

  /**
   * Writes it.
   *
   * @param workers are asked if the workers keep their own optimisers
   * @return the checkpoint
   * @throws UserError if it cannot be written
   */
  public Path write(JobConfig config, ModelSpec model, TrainingState state, WorkerStates workers)
      throws IOException {
    Path aside = Storage.hidden(root);
    try {
      FileSystem files = storage.files(root);
      storage.delete(aside);
      Path checkpoint = write(aside, config, model, state, workers);
      files.delete(root, false); // an empty one, into which it would be moved
      if (!files.rename(aside, root)) {
        throw new IOException("it cannot be renamed from " + aside);
      }
      return new Path(new Path(root, RunDirectory.CHECKPOINTS), checkpoint.getName());
    } catch (IOException e) {
      throw new UserError(
          "%s=%s cannot be written: %s; name another directory"
              .formatted(key, RunDirectory.location(root), e.getMessage()),
          e);
    } finally {
      storage.discard(aside);
    }
  }

  private Path write(
      Path directory, JobConfig config, ModelSpec model, TrainingState state, WorkerStates workers)
      throws IOException {
    RunDirectory run = RunDirectory.at(hadoop, directory.toString());
    String runId = run.adopt(config);
    Checkpoints checkpoints = run.checkpoints();
    ParameterLayout layout = model.newNetwork().layout();
    Path checkpoint = checkpoints.prepare(state.round());
    if (state.inner() instanceof InnerState.Own own) {
      for (int worker = 0; worker < own.workers(); worker++) {
        WorkerParts.write(hadoop, checkpoint, layout, worker, workers.read(worker));
      }
    }
    List<String> parts = checkpoints.writeTensors(layout, state);
    return checkpoints.commit(Manifest.of(runId, model.image(), state, parts, config.text()));
  }
}
