/**
 * What runs inside a task: a model on the task's device, taken from a pool of the executor's JVM,
 * and the threads that it may use.
 */
package org.lmconv.jobs.executor;
