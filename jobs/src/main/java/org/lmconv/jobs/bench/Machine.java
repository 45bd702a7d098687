package org.lmconv.jobs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The machine, in words. */
final class Machine {
  private static final Path CPUS = Path.of("/proc/cpuinfo");

  private Machine() {}

  static String describe(Setup setup) {
    String gpu = setup.device().isGpu() ? ", computed on its GPU" : "";
    return "measured on %s, %d cores, with %d thread(s)%s"
        .formatted(
            cpu().orElse(System.getProperty("os.arch")),
            Runtime.getRuntime().availableProcessors(),
            setup.threads(),
            gpu);
  }

  /** Nothing where the system does not tell. */
  private static Optional<String> cpu() {
    try {
      return Files.readAllLines(CPUS).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // not Linux
    }
  }
}
