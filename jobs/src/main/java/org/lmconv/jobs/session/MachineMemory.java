package org.lmconv.jobs.session;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process and its machine as the system sees it, heap and libtorch together. */
public final class MachineMemory {
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
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(field)) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", "")); // kibibytes
        }
      }
    } catch (IOException e) {
      // not Linux
    }
    return -1;
  }
}
