package org.lmconv.jobs.executor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The memory of the machine that this process runs on. */
public final class MachineMemory {
  private MachineMemory() {}

  /** Bytes of the machine, or of the container if that has less. */
  public static long totalBytes() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }
}
