/**
 * Files of others, without Spark: TensorFlow's records and TensorBoard's events, safetensors, and
 * files of PyTorch's {@code torch.save} without PyTorch: today's zip archives and the one stream of
 * versions before 1.6.
 *
 * <p>The latter hold a pickle, a program for a stack machine that may call any function of Python.
 * {@link org.lmconv.jobs.format.Unpickler} runs only what checkpoints need, and nothing that it
 * could call but what {@link org.lmconv.jobs.format.Known} lists. The general reader that comes
 * with Spark was not taken: it makes objects of whatever a file names, and memory for whatever
 * length it claims.
 */
package org.lmconv.jobs.format;
