package org.lmconv.jobs.run;

import org.apache.hadoop.fs.Path;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.parameter.ParameterVector;

/**
 * A checkpoint that was read.
 *
 * @param config of the run that wrote it
 */
public record Checkpoint(
    Path directory, Manifest manifest, JobConfig config, ModelSpec model, TrainingState state) {
  /** What the parameters themselves are called in reports. */
  public static final String PARAMETERS = "parameters";

  /** What their moving average is called in reports. */
  public static final String EMA = "ema";

  /** What to score and draw with: the moving average where there is one, else the parameters. */
  public ParameterVector weights() {
    return state.ema().orElse(state.parameters());
  }

  /** What {@link #weights} are called in reports. */
  public String weightsName() {
    return state.ema().isPresent() ? EMA : PARAMETERS;
  }

  /** The same for images of another height and width. */
  public Checkpoint on(ImageShape image) {
    ModelSpec other = new ModelSpec(image, model.network(), model.likelihood());
    return new Checkpoint(directory, manifest, config, other, state);
  }
}
