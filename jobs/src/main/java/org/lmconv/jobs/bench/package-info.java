/**
 * Measures LMConv on the machine that it runs on, against an unmasked convolution, which is the
 * limit, and against the paper's way to mask; and what Spark and the driver add to that in a round.
 *
 * <p>Data flow: configuration → {@code Setup} → {@code Case}s, each a computation that every {@code
 * Variant} can do → {@code Interleaved} times the variants in turn, and a {@code ChildProcess} each
 * finds their memory → rows, written as JSON lines and printed as a {@code Table}. Spark takes part
 * in {@code Rounds} only: real rounds whose workers do not compute. {@code Plan} fits {@code
 * Overhead} to them and predicts other rounds.
 */
package org.lmconv.jobs.bench;
