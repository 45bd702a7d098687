package org.lmconv.jobs.ingest;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.ImageShape;

/** What has been read and written: of a part, or of all of them. */
final class Tally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_REASONS = 50;
  private static final int REASONS_TOLD = 5;

  long bytesRead;
  long passedOver; // files whose names are not those of pictures
  long bytesWritten;

  private final SortedMap<String, Long> images = new TreeMap<>(); // by split
  private final SortedMap<String, Long> reasons = new TreeMap<>(); // files at fault, by reason
  private ImageShape shape; // of all images; null if there are none
  private String firstId;
  private int leastHeight = Integer.MAX_VALUE; // of the originals
  private int leastWidth = Integer.MAX_VALUE;
  private int mostHeight;
  private int mostWidth;

  /**
   * Counts an image.
   *
   * @param original its shape in the source
   * @param shape in the table
   * @throws UserError if another image has another shape
   */
  void image(String id, String split, ImageShape original, ImageShape shape) {
    refuseOther(id, shape);
    images.merge(split, 1L, Long::sum);
    sizes(original.height(), original.width(), original.height(), original.width());
  }

  private void refuseOther(String id, ImageShape other) {
    if (shape == null) {
      shape = other;
      firstId = id;
    } else if (!shape.equals(other)) {
      boolean channels = shape.channels() != other.channels();
      throw new UserError(
          "images are of mixed shapes: %s is %s, %s is %s; give them all one with %s"
              .formatted(
                  firstId,
                  shape,
                  id,
                  other,
                  channels ? "ingest.channels=1 or 3" : "ingest.size, such as 32x32"));
    }
  }

  private void sizes(int height, int width, int upToHeight, int upToWidth) {
    leastHeight = Math.min(leastHeight, height);
    leastWidth = Math.min(leastWidth, width);
    mostHeight = Math.max(mostHeight, upToHeight);
    mostWidth = Math.max(mostWidth, upToWidth);
  }

  /** Counts a file at fault. */
  void fault(String reason) {
    count(reason, 1);
  }

  private void count(String reason, long files) {
    boolean listed = reasons.size() < MOST_REASONS || reasons.containsKey(reason);
    reasons.merge(listed ? reason : "other reasons", files, Long::sum);
  }

  /**
   * Adds what another part has.
   *
   * @throws UserError if its images have another shape
   */
  void add(Tally other) {
    if (other.shape != null) {
      refuseOther(other.firstId, other.shape);
      sizes(other.leastHeight, other.leastWidth, other.mostHeight, other.mostWidth);
    }
    other.images.forEach((split, count) -> images.merge(split, count, Long::sum));
    other.reasons.forEach(this::count);
    bytesRead += other.bytesRead;
    bytesWritten += other.bytesWritten;
  }

  long imageCount() {
    return sum(images);
  }

  long faultCount() {
    return sum(reasons);
  }

  private static long sum(SortedMap<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What the command says at its end: images, sizes, bytes, time and what was skipped. */
  String summary(IngestOptions options, double seconds) {
    String least = leastHeight + "x" + leastWidth;
    String most = mostHeight + "x" + mostWidth;
    String lines =
        "%s: %s images, %s; written to %s%n"
            .formatted(options.source(), splits(), shape, options.data());
    lines +=
        "originals of %s pixels, %s read, %s written, in %.1f s: %.0f images a second%n"
            .formatted(
                least.equals(most) ? least : least + " to " + most,
                bytes(bytesRead),
                bytes(bytesWritten),
                seconds,
                imageCount() / seconds);
    if (passedOver > 0) {
      lines += "%d other files were passed over%n".formatted(passedOver);
    }
    if (faultCount() > 0) {
      lines +=
          "%d files at fault%s; they are listed in %s%n"
              .formatted(faultCount(), reasons(), Staging.errorsTable(options.data()));
    }
    return lines;
  }

  /** Such as "8 train, 2 validation and 3 test", others behind. */
  private String splits() {
    List<String> order = List.of("test", "validation", "train");
    return images.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> -order.indexOf(entry.getKey())))
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "))
        .replaceFirst(", ([^,]*)$", " and $1");
  }

  /** The most frequent reasons, such as " (2: its end is missing; 1: ...)"; empty without any. */
  String reasons() {
    if (reasons.isEmpty()) {
      return "";
    }
    String most =
        reasons.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(REASONS_TOLD)
            .map(entry -> "%d: %s".formatted(entry.getValue(), entry.getKey()))
            .collect(Collectors.joining("; "));
    return " (" + most + (reasons.size() > REASONS_TOLD ? "; and others)" : ")");
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
