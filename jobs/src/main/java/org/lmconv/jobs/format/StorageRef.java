package org.lmconv.jobs.format;

/**
 * Elements somewhere else in a file.
 *
 * @param type of the elements
 * @param key name within the file
 * @param elements number of them
 */
record StorageRef(StorageType type, String key, long elements) {}
