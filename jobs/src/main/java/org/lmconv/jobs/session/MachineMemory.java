package org.lmconv.jobs.session;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process and its machine as the system sees it, heap and libtorch together. */
public final class MachineMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private MachineMemory() {}

  /** Bytes of the machine, or of the container if that has less. */
  public static long totalBytes() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }

  /** Resident bytes of the process, or −1 where the system does not tell. */
  public static long residentBytes() {
    return ofProcess("VmRSS:");
  }

  /** The most bytes that were ever resident, or −1 where the system does not tell. */
  public static long peakBytes() {
    return ofProcess("VmHWM:");
  }

  private static long ofProcess(String field) {
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
