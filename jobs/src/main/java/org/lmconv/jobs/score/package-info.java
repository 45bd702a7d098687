/**
 * Scores: every image under every order, and the ensemble of the orders.
 *
 * <p>Data flow: checkpoint + images → {@code TaskScorer} on every partition → rows of {@code nll/}
 * → the table that is printed, which is read back from there, and {@code nll_summary/}. {@code
 * LmConvScorer} adds a column to any dataset instead.
 */
package org.lmconv.jobs.score;
