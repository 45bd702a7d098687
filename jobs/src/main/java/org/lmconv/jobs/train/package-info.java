/**
 * Training: {@code Trainer} makes a run of a table of images, {@code Train} is the command.
 *
 * <p>Data flow of a round of the {@code TrainingLoop}: {@code RoundStart} (broadcast) → {@code
 * ModelComputation} on every worker → {@code WorkerResult}s, through an {@code Exchange} → {@code
 * RoundUpdate} on the driver → {@code FinishedRound}, to the {@code RunRecorder}. Every random
 * choice is a hash of the run's seed and of what it is for, so a task that Spark runs again gives
 * the same answer.
 */
package org.lmconv.jobs.train;
