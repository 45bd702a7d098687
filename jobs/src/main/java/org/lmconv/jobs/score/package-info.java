/**
 * Scores: every image under every order, and the ensemble of the orders, as rows of {@code nll/}.
 *
 * <p>Data flow: checkpoint + images table → {@code PartitionScorer} on every partition → Parquet →
 * the table that is printed, which is read back from there, and {@code nll_summary/}. {@code
 * LmConvScorer} does the same to any dataset, with a column in the place of rows.
 */
package org.lmconv.jobs.score;
