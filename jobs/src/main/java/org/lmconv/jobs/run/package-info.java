/**
 * A run is a directory, on any file system that Hadoop knows: its configuration, checkpoints, and
 * the reports that dashboards read. What is written here appears whole or not at all.
 */
package org.lmconv.jobs.run;
