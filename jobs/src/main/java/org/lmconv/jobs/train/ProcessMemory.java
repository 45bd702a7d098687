package org.lmconv.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process as the system sees it, Java heap and libtorch together. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /** Resident bytes, or −1 where the system does not tell. */
  public static long residentBytes() {
    return bytes("VmRSS:");
  }

  /** The most bytes that were ever resident, or −1 where the system does not tell. */
  public static long peakBytes() {
    return bytes("VmHWM:");
  }

  private static long bytes(String field) {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(field))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(kibibytes -> 1024 * Long.parseLong(kibibytes))
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1; // not Linux
    }
  }
}
