/**
 * Measures LMConv on the machine that it runs on: against an unmasked convolution, which is the
 * limit, against the paper's way to mask, and what Spark adds to a loop of the model.
 *
 * <p>A {@link org.lmconv.bench.Question} has turns, and {@link org.lmconv.bench.Interleaved} times
 * them one after the other and again from the first, in one process. What only a process of its own
 * can tell is asked of a {@link org.lmconv.bench.ChildProcess}. Each row of an answer is a line of
 * JSON.
 */
package org.lmconv.bench;
