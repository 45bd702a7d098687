package org.lmconv.jobs.report;

import java.io.Serializable;

/**
 * What is scored, and how.
 *
 * @param method how
 * @param labels columns that are the same in every row
 */
record ScoringPlan(ScoringMethod method, Labels labels) implements Serializable {

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
      implements Serializable {}
}
