/**
 * What runs inside a task: a model on the task's device, taken from a pool of the executor's JVM,
 * the threads that it may use, and the memory that there is.
 */
package org.lmconv.jobs.executor;
