/**
 * The commands {@code sample} and {@code complete}: images drawn from a model, whole or in a hole
 * of any shape, as jobs of Spark. What is drawn depends on the seed, the image and the number of
 * the draw alone, so a task that is run again draws the same.
 */
package org.lmconv.jobs.draw;
