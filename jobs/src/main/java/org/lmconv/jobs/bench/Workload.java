package org.lmconv.jobs.bench;

/** A computation that can be repeated, with all that it needs at hand. */
interface Workload extends AutoCloseable {
  /** Computes once, to the end of what the device has to do. */
  void run();

  @Override
  void close();
}
