package org.lmconv.jobs.conf;

/** Where the network runs. */
public enum DeviceChoice {
  /** On a GPU where there is one. */
  AUTO,
  CPU,
  /** On a GPU, or not at all. */
  GPU
}
