/**
 * Measures LMConv on the machine that it runs on, against an unmasked convolution, which is the
 * limit, and against the paper's way to mask. No Spark takes part.
 *
 * <p>Data flow: configuration → {@code Setup} → {@code Case}s, each a computation that every {@code
 * Variant} can do → {@code Interleaved} times the variants in turn, and a {@code ChildProcess} each
 * finds their memory → rows, written as JSON lines and printed as a {@code Table}.
 */
package org.lmconv.jobs.bench;
