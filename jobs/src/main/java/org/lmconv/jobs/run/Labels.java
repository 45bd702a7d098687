package org.lmconv.jobs.run;

import java.io.Serializable;

/**
 * Columns that are the same in every row of one job: which model, and which images.
 *
 * @param weights {@link Checkpoint#PARAMETERS}, or {@link Checkpoint#EMA} for their moving average
 */
public record Labels(String runId, int round, String dataset, String split, String weights)
    implements Serializable {}
