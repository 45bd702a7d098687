package org.lmconv.jobs.ingest;

/**
 * An image as its source has it.
 *
 * @param id unique in the source
 * @param split of the source; null where it has none
 * @param label class; null where it has none
 * @param pixels of the original size
 */
record Found(String id, String split, Integer label, Pixels pixels) {}
