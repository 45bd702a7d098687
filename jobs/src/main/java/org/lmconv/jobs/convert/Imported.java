package org.lmconv.jobs.convert;

import java.io.IOException;
import java.util.List;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.run.NewRun;
import org.lmconv.model.ImageShape;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.train.TrainingState;

/**
 * What a file holds, read and understood.
 *
 * @param origin what the file is, in a few words
 * @param told the configuration that it tells
 * @param image shape of the images that the model was trained on
 * @param notes what the user should know, a line each
 * @param loader reads the tensors
 */
record Imported(
    String origin, JobConfig told, ImageShape image, List<String> notes, Loader loader) {

  /** The tensors. */
  record Tensors(TrainingState state, NewRun.WorkerStates workers) {}

  /** Reads the tensors for a model. */
  @FunctionalInterface
  interface Loader {
    Tensors load(ParameterLayout layout) throws IOException;
  }
}
