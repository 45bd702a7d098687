/**
 * From text to validated records. {@code reference.conf} holds every key with its default; {@code
 * ConfigLoader} lays a file and {@code key=value} words over it and makes a {@code JobConfig}.
 * Below this package nothing sees a {@code Config}.
 */
package org.lmconv.jobs.conf;
