/**
 * From text to checked records. {@code reference.conf} holds every key with its default; {@code
 * ConfigLoader} lays a file and {@code key=value} words over it and makes a {@code JobConfig},
 * whose {@code as} maps the keys that a record has as components. {@code Keys} has a record for
 * each command: these are the keys that may be typed with it. Below this package nothing sees a
 * {@code Config}.
 */
package org.lmconv.jobs.conf;
