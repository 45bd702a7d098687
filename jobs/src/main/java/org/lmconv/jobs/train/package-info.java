/**
 * The training run: workers (partitions of the images) compute, the driver combines and steps.
 *
 * <p>Data flow of a round: {@link org.lmconv.jobs.train.RoundStart} (broadcast) → {@code
 * PartitionTrainer} on every worker → {@code WorkerResult} → {@code RoundUpdate} on the driver →
 * checkpoint and report in the run directory. Every random choice is a hash of the run's seed and
 * of what it is for, so a task that Spark runs again gives the same answer.
 */
package org.lmconv.jobs.train;
