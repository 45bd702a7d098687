package org.lmconv.jobs.run;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.data.ImagesTable;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.ModelSpec;

/**
 * The checkpoint that a command reads: the one that the user names, or the newest of the run.
 *
 * @param checkpoint that was read
 * @param config the user's, over that of the run that wrote the checkpoint
 */
public record SavedModel(Checkpoint checkpoint, JobConfig config) {

  private record Places(String run, String checkpoint, String out) {}

  /**
   * Reads it.
   *
   * @throws UserError if there is none, or it is damaged
   */
  public static SavedModel read(Configuration hadoop, JobConfig given) throws IOException {
    Checkpoint checkpoint = Checkpoints.read(hadoop, directory(hadoop, given));
    return new SavedModel(checkpoint, given.over(checkpoint.config()));
  }

  /**
   * Reads the checkpoint in a directory, or the newest one of the run there.
   *
   * @throws UserError if the directory is neither, or the checkpoint is not whole
   */
  public static Checkpoint find(Configuration hadoop, String directory) throws IOException {
    Path path = Storage.qualified(hadoop, directory);
    if (!new Storage(hadoop).exists(new Path(path, Checkpoints.MANIFEST))) {
      path =
          newest(
              hadoop,
              directory,
              "%s is neither a checkpoint nor a run that has one; train it first, or name another"
                  + " directory");
    }
    return Checkpoints.read(hadoop, path);
  }

  /** The newest checkpoint of a run. The message, where there is none, takes the run. */
  private static Path newest(Configuration hadoop, String run, String message) throws IOException {
    return RunDirectory.at(hadoop, run)
        .checkpoints()
        .newest()
        .orElseThrow(() -> new UserError(message.formatted(run)));
  }

  static Path directory(Configuration hadoop, JobConfig config) throws IOException {
    Places places = config.as(Places.class);
    return places.checkpoint().isEmpty()
        ? newest(
            hadoop,
            places.run(),
            "run=%s has no checkpoint; train it first, or name another run=DIR")
        : Storage.qualified(hadoop, places.checkpoint()); // its parents are asked for later
  }

  /**
   * Where rows go: to a directory of this name beside the checkpoints, unless the user says where.
   *
   * @throws UserError if the checkpoint is in no run, and the user does not say where
   */
  public Path reports(String name) {
    Places places = config.as(Places.class);
    if (!places.out().isEmpty()) {
      return new Path(places.out());
    }
    Path parent = checkpoint.directory().getParent();
    if (parent == null || !parent.getName().equals(RunDirectory.CHECKPOINTS)) {
      throw new UserError(
          "checkpoint=%s is not in a run; say where its rows go with out=DIR"
              .formatted(places.checkpoint()));
    }
    return new Path(parent.getParent(), name);
  }

  /**
   * The model for the images of a table. The network is convolutional: it takes images of any
   * height and width, whatever it was trained on.
   *
   * @throws UserError if they have other channels
   */
  public SavedModel on(ImagesTable table) {
    ModelSpec model = checkpoint.model();
    if (table.shape().channels() != model.image().channels()) {
      throw new UserError(
          "images of %s have %s, but the model of %s is for %s; name a table of such images"
              .formatted(
                  table.name(),
                  channels(table.shape()),
                  checkpoint.directory(),
                  channels(model.image())));
    }
    return new SavedModel(checkpoint.on(table.shape()), config);
  }

  private static String channels(ImageShape shape) {
    return shape.channels() + (shape.channels() == 1 ? " channel" : " channels");
  }
}
