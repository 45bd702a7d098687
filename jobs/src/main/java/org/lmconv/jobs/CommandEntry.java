package org.lmconv.jobs;

import org.lmconv.jobs.conf.KeySet;

/**
 * A command as the command line knows it.
 *
 * @param name the word that users type
 * @param help what it does, in one line
 * @param keys the keys that may be typed with it
 * @param command the code behind it
 */
record CommandEntry(String name, String help, KeySet keys, Command command) {}
