package org.lmconv.jobs.report;

import java.io.Serializable;
import java.util.stream.Collectors;
import org.lmconv.jobs.data.ImageEncoder;
import org.lmconv.jobs.executor.Placement;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

/**
 * What is scored, and how.
 *
 * @param model that scores
 * @param encoder of the images
 * @param orders each image is scored under
 * @param batchSize images in one forward pass
 * @param placement of the tasks
 * @param labels columns that are the same in every row
 */
record ScoringPlan(
    ModelSpec model,
    ImageEncoder encoder,
    OrderSet orders,
    int batchSize,
    Placement placement,
    Labels labels)
    implements Serializable {

  /**
   * Columns that are the same in every row of one scoring.
   *
   * @param runId of the run
   * @param round of the checkpoint
   * @param dataset name of the images table
   * @param split of the images
   * @param weights "parameters", or "ema" for their moving average
   */
  record Labels(String runId, int round, String dataset, String split, String weights)
      implements Serializable {
    static final String PARAMETERS = "parameters";
    static final String EMA = "ema";
  }

  /** Names of the orders, comma between. */
  String orderNames() {
    return orders.orders().stream().map(PixelOrder::name).collect(Collectors.joining(","));
  }
}
