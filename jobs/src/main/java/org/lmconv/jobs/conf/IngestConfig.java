package org.lmconv.jobs.conf;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.Serializable;
import java.util.Optional;
import java.util.stream.Stream;
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
  private static final String SIDES = "[1-9]\\d{0,3}x[1-9]\\d{0,3}";

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

  public IngestConfig {
    Bounds.atLeast("ingest.train-images", trainImages, 0);
    Bounds.atLeast("ingest.test-images", testImages, 0);
    Bounds.require(
        size.isEmpty() || size.matches(SIDES),
        "ingest.size",
        size,
        "must be rows x columns, such as 64x64, or empty");
    Bounds.require(
        channels == 0 || channels == 1 || channels == 3,
        "ingest.channels",
        channels,
        "must be 1, 3 or 0");
    Bounds.require(
        background.matches("\\p{XDigit}{6}"),
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
    return size.isEmpty() ? Optional.empty() : Optional.of(shape(size + "x1").grid());
  }

  /** The shape that HEIGHTxWIDTHxCHANNELS says. */
  static ImageShape shape(String text) {
    int[] sides = Stream.of(text.split("x")).mapToInt(Integer::parseInt).toArray();
    return new ImageShape(sides[2], sides[0], sides[1]);
  }

  /** Red, green and blue of the background, 0 to 255, as 0xRRGGBB. */
  public int backgroundRgb() {
    return Integer.parseInt(background, 16);
  }

  /**
   * Where a table has what.
   *
   * @param column name of the column with images
   * @param encoded whether it has files, or raw pixels
   * @param shape rows x columns x channels of raw pixels; empty: other columns tell
   * @param idColumn name of the column with ids; empty: file and row are the id
   * @param labelColumn name of the column with classes; empty: none
   * @param splitColumn name of the column with splits; empty: by a hash of the id
   */
  public record Columns(
      String column,
      boolean encoded,
      String shape,
      String idColumn,
      String labelColumn,
      String splitColumn)
      implements Serializable {

    public Columns {
      Bounds.require(!column.isBlank(), "ingest.column", column, "must name a column");
      Bounds.require(
          shape.isEmpty() || shape.matches(SIDES + "x[13]"),
          "ingest.shape",
          shape,
          "must be rows x columns x channels, such as 28x28x1, or empty");
    }

    /** The shape of raw pixels, if it is given. */
    public Optional<ImageShape> rawShape() {
      return shape.isEmpty() ? Optional.empty() : Optional.of(IngestConfig.shape(shape));
    }
  }
}
