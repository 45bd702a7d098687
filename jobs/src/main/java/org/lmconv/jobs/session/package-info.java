/**
 * The Spark session of a command, and what its executors have: a place and a device for each
 * worker, libtorch, memory, and the models that were loaded.
 */
package org.lmconv.jobs.session;
