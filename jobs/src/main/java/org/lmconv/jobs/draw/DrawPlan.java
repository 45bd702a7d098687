package org.lmconv.jobs.draw;

import java.io.Serializable;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.DeviceChoice;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.run.Labels;
import org.lmconv.jobs.session.Placement;
import org.lmconv.model.device.DeviceMemory;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.Temperature;

/**
 * How images are drawn.
 *
 * @param encoder of what is given
 * @param draws of each image
 * @param batchImages different images that are drawn at once, each {@code draws} times
 * @param labels columns that are the same in every row
 */
record DrawPlan(
    ModelSpec model,
    ImageEncoder encoder,
    Temperature temperature,
    long seed,
    int draws,
    int batchImages,
    Placement placement,
    Labels labels)
    implements Serializable {

  /** N of every batch, so that how many images there are changes no rounding. */
  int batchRows() {
    return batchImages * draws;
  }

  /** What a task needs of memory, besides its Java heap. */
  long bytes() {
    return DeviceMemory.ofDrawing(model, batchRows()).bytes();
  }

  /**
   * Checks the machine that this process runs on.
   *
   * @param tasks that the process runs at once
   * @param totalBytes that the machine has
   * @throws UserError if they cannot fit
   */
  void requireMemory(int tasks, long totalBytes) {
    // A GPU has its own memory, of which libtorch says itself when there is too little.
    if (placement.choice() != DeviceChoice.GPU && bytes() * tasks > totalBytes) {
      throw new UserError(
          ("%d images drawn at once take about %d MB, %d such tasks need %d MB, and the machine has"
                  + " %d MB; use a smaller draw.batch-size%s")
              .formatted(
                  batchRows(),
                  bytes() >> 20,
                  tasks,
                  bytes() * tasks >> 20,
                  totalBytes >> 20,
                  batchImages == 1 && draws > 1 ? ", and fewer draws" : ""));
    }
  }
}
