/**
 * The command line. {@code LmConv} reads words into a {@code JobConfig}, finds the {@code Command}
 * among the {@code Commands} and runs it; a {@code UserError} becomes one line and exit code 2.
 * Commands open Spark through {@code SparkSessions}.
 */
package org.lmconv.jobs;
