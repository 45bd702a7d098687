package org.lmconv.jobs.conf;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmconv.model.ImageShape;
import org.lmconv.orders.Grid;

/** The section "ingest"; {@code reference.conf} explains each key. */
public record IngestConfig(
    int trainImages,
    int testImages,
    String size,
    Resize resize,
    int channels,
    String background,
    OnError onError,
    double validationShare,
    double testShare,
    @JsonUnwrapped Columns columns)
    implements Serializable {
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})");
  private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})x([13])");
  private static final Pattern COLOUR = Pattern.compile("\\p{XDigit}{6}");

  /** How an image of another shape comes to a size. */
  public enum Resize {
    CROP,
    FIT,
    STRETCH
  }

  /** What a file that cannot be read does. */
  public enum OnError {
    FAIL,
    SKIP
  }

  /** Checks every value. */
  public IngestConfig {
    Bounds.atLeast("ingest.train-images", trainImages, 0);
    Bounds.atLeast("ingest.test-images", testImages, 0);
    Bounds.require(
        size.isEmpty() || SIZE.matcher(size).matches(),
        "ingest.size",
        size,
        "must be rows x columns, such as 64x64, or empty");
    Bounds.require(
        channels == 0 || channels == 1 || channels == 3,
        "ingest.channels",
        channels,
        "must be 1, 3 or 0");
    Bounds.require(
        COLOUR.matcher(background).matches(),
        "ingest.background",
        background,
        "must be six hexadecimal digits, such as ffffff");
    Bounds.properShare("ingest.validation-share", validationShare);
    Bounds.properShare("ingest.test-share", testShare);
    Bounds.require(
        validationShare + testShare < 1,
        "ingest.test-share",
        testShare,
        "must leave images to train on beside ingest.validation-share=" + validationShare);
  }

  /** The size that all images are brought to, if they are. */
  public Optional<Grid> grid() {
    Matcher sides = SIZE.matcher(size);
    return sides.matches()
        ? Optional.of(new Grid(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2))))
        : Optional.empty();
  }

  /** Red, green and blue of the background, 0 to 255, as 0xRRGGBB. */
  public int backgroundRgb() {
    return Integer.parseInt(background, 16);
  }

  /**
   * Where a table has what.
   *
   * @param images name of the column with images
   * @param encoded whether it has files, or raw pixels
   * @param shape rows x columns x channels of raw pixels; empty: other columns tell
   * @param id name of the column with ids; empty: file and row are the id
   * @param label name of the column with classes; empty: none
   * @param split name of the column with splits; empty: by a hash of the id
   */
  public record Columns(
      @JsonProperty("column") String images,
      boolean encoded,
      String shape,
      @JsonProperty("id-column") String id,
      @JsonProperty("label-column") String label,
      @JsonProperty("split-column") String split)
      implements Serializable {

    /**
     * Checks every value.
     *
     * @throws org.lmconv.jobs.base.UserError if one is out of range
     */
    public Columns {
      Bounds.require(!images.isBlank(), "ingest.column", images, "must name a column");
      Bounds.require(
          shape.isEmpty() || SHAPE.matcher(shape).matches(),
          "ingest.shape",
          shape,
          "must be rows x columns x channels, such as 28x28x1, or empty");
    }

    /** The shape of raw pixels, if it is given. */
    public Optional<ImageShape> rawShape() {
      Matcher sides = SHAPE.matcher(shape);
      return sides.matches()
          ? Optional.of(
              new ImageShape(
                  Integer.parseInt(sides.group(3)),
                  Integer.parseInt(sides.group(1)),
                  Integer.parseInt(sides.group(2))))
          : Optional.empty();
    }
  }
}
