package org.lmconv.jobs.ingest;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.lmconv.model.ImageShape;

/**
 * How a camera was held, from EXIF: numbers 1 to 8, of which 5 to 8 turn rows into columns.
 *
 * @param number 1 is upright
 */
record Orientation(int number) {
  private static final Orientation UPRIGHT = new Orientation(1);

  /** That of a file; upright where nothing, or nonsense, is said. */
  static Orientation of(byte[] file) {
    try {
      Metadata metadata =
          ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length);
      for (ExifIFD0Directory exif : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
        Integer number = exif.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
        if (number != null && number >= 1 && number <= 8) {
          return new Orientation(number);
        }
      }
      return UPRIGHT;
    } catch (ImageProcessingException | IOException | RuntimeException e) {
      return UPRIGHT; // the pixels are what matters, and whether they are whole
    }
  }

  /** The picture as it was seen. */
  Pixels apply(Pixels stored) {
    if (number == 1) {
      return stored;
    }
    int channels = stored.shape().channels();
    boolean turned = number >= 5;
    int height = turned ? stored.shape().width() : stored.shape().height();
    int width = turned ? stored.shape().height() : stored.shape().width();
    byte[] seen = new byte[stored.values().length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int from = place(row, column, stored.shape()) * channels;
        System.arraycopy(stored.values(), from, seen, (row * width + column) * channels, channels);
      }
    }
    return new Pixels(new ImageShape(channels, height, width), seen);
  }

  /** Where the pixel that is seen at a place is stored. The values are those of EXIF 2.3, 4.6.4. */
  private int place(int row, int column, ImageShape stored) {
    int lastRow = stored.height() - 1;
    int lastColumn = stored.width() - 1;
    return switch (number) {
      case 2 -> at(row, lastColumn - column, stored);
      case 3 -> at(lastRow - row, lastColumn - column, stored);
      case 4 -> at(lastRow - row, column, stored);
      case 5 -> at(column, row, stored);
      case 6 -> at(lastRow - column, row, stored);
      case 7 -> at(lastRow - column, lastColumn - row, stored);
      case 8 -> at(column, lastColumn - row, stored);
      default -> at(row, column, stored);
    };
  }

  private static int at(int row, int column, ImageShape stored) {
    return row * stored.width() + column;
  }
}
