package org.lmconv.jobs.ingest;

import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;
import org.lmconv.jobs.UserError;
import org.lmconv.model.ImageShape;

/** What has been read and written: of a part, or of all of them. */
final class Tally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_REASONS = 50;

  final SortedMap<String, Long> images = new TreeMap<>(); // by split
  final SortedMap<String, Long> reasons = new TreeMap<>(); // files at fault, by reason
  long bytesRead;
  long passedOver; // files whose names are not those of pictures
  long bytesWritten;

  private ImageShape shape;
  private String firstId;
  private int leastHeight = Integer.MAX_VALUE;
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
    passedOver += other.passedOver;
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

  /** The shape of all images; null if there are none. */
  ImageShape shape() {
    return shape;
  }

  /** The sides of the original images: "32x32", or "16x16 to 512x768" of the least and the most. */
  String originalSizes() {
    String least = leastHeight + "x" + leastWidth;
    String most = mostHeight + "x" + mostWidth;
    return least.equals(most) ? least : least + " to " + most;
  }
}
