package org.lmconv.jobs.ingest;

import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** What ingest says at its end. */
final class Summary {
  private static final int REASONS = 5;

  private Summary() {}

  /** Lines on images, sizes, bytes, time and what was skipped. */
  static String of(IngestOptions options, Tally tally, double seconds) {
    String lines =
        "%s: %s images, %s; written to %s%n"
            .formatted(options.source(), splits(tally), tally.shape(), options.data());
    lines +=
        "originals of %s pixels, %s read, %s written, in %.1f s: %.0f images a second%n"
            .formatted(
                tally.originalSizes(),
                bytes(tally.bytesRead),
                bytes(tally.bytesWritten),
                seconds,
                tally.imageCount() / seconds);
    if (tally.passedOver > 0) {
      lines += "%d other files were passed over%n".formatted(tally.passedOver);
    }
    if (tally.faultCount() > 0) {
      lines +=
          "%d files at fault%s; they are listed in %s%n"
              .formatted(tally.faultCount(), reasons(tally), Staging.errorsTable(options.data()));
    }
    return lines;
  }

  private static String splits(Tally tally) {
    return tally.images.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> place(entry.getKey())))
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "))
        .replaceFirst(", ([^,]*)$", " and $1");
  }

  private static int place(String split) {
    return switch (split) {
      case "train" -> 0;
      case "validation" -> 1;
      case "test" -> 2;
      default -> 3;
    };
  }

  /** The most frequent reasons, such as " (2: its end is missing; 1: ...)"; empty without any. */
  static String reasons(Tally tally) {
    if (tally.reasons.isEmpty()) {
      return "";
    }
    String most =
        tally.reasons.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(REASONS)
            .map(entry -> "%d: %s".formatted(entry.getValue(), entry.getKey()))
            .collect(Collectors.joining("; "));
    return " (" + most + (tally.reasons.size() > REASONS ? "; and others)" : ")");
  }

  /** Such as "12.3 MB", of 10^6 bytes. */
  private static String bytes(long bytes) {
    return bytes < 1_000_000
        ? "%.1f kB".formatted(bytes / 1e3)
        : bytes < 1_000_000_000
            ? "%.1f MB".formatted(bytes / 1e6)
            : "%.1f GB".formatted(bytes / 1e9);
  }
}
