/**
 * Files of others, without Spark: TensorFlow's records and TensorBoard's events, and files of
 * PyTorch's {@code torch.save} without PyTorch: today's zip archives and the one stream of versions
 * before 1.6.
 *
 * <p>Such a file holds a pickle, a program for a stack machine that may call any function of
 * Python. {@link org.lmconv.jobs.format.Unpickler} runs only what checkpoints need, and nothing
 * that it could call but what {@link org.lmconv.jobs.format.Known} lists. It is our own, rather
 * than the general reader that comes with Spark, for that one makes objects of whatever a file
 * names, and has to be told afterwards what it should not have done.
 */
package org.lmconv.jobs.format;
