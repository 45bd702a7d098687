package org.lmconv.jobs.ingest;

import java.io.Serializable;
import java.util.List;

/**
 * What a task has written.
 *
 * @param names of its files, of images and of faults; those of an attempt that Spark gave up are in
 *     no part
 * @param tally what is in them
 */
record Part(List<String> names, Tally tally) implements Serializable {}
