/**
 * Scores: every image under every order, and the ensemble of the orders, as rows of {@code nll/}.
 *
 * <p>Data flow: checkpoint + images table → {@code PartitionScorer} on every partition → Parquet →
 * the table that is printed, which is read back from there.
 */
package org.lmconv.jobs.report;
