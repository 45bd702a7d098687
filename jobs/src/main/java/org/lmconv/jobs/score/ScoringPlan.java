package org.lmconv.jobs.score;

import java.io.Serializable;
import org.lmconv.jobs.run.Labels;

/**
 * What is scored, and how.
 *
 * @param method how
 * @param labels columns that are the same in every row
 */
record ScoringPlan(ScoringMethod method, Labels labels) implements Serializable {}
