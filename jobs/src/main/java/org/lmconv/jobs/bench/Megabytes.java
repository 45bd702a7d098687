package org.lmconv.jobs.bench;

import org.lmconv.jobs.train.ProcessMemory;

/** Memory of this process, in 10^6 bytes; null where the system does not tell. */
final class Megabytes {
  private Megabytes() {}

  static Double resident() {
    return of(ProcessMemory.residentBytes());
  }

  /** The most that was ever resident. */
  static Double peak() {
    return of(ProcessMemory.peakBytes());
  }

  private static Double of(long bytes) {
    return bytes < 0 ? null : bytes / 1e6;
  }
}
