package org.lmconv.jobs.ingest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;

/** Small pictures as files. */
public final class PictureFiles {
  private PictureFiles() {}

  /** A picture of the kind {@code type} of {@link BufferedImage}. */
  static BufferedImage image(
      int height, int width, int type, IntBinaryOperator argbOfRowAndColumn) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        image.setRGB(column, row, argbOfRowAndColumn.applyAsInt(row, column));
      }
    }
    return image;
  }

  static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException(format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** An RGB picture whose red is the row, green the column and blue {@code blue}, each × 8. */
  public static byte[] colours(int height, int width, int blue, String format) {
    return encode(
        image(
            height,
            width,
            BufferedImage.TYPE_INT_RGB,
            (row, column) -> 8 * (row << 16 | column << 8 | blue)),
        format);
  }

  /** A JPEG file with an EXIF segment that says how the camera was held. */
  static byte[] oriented(byte[] jpeg, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(36);
    exif.putShort((short) 0xFFE1).putShort((short) 34);
    exif.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    exif.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    exif.putShort((short) 1); // one entry: tag, type SHORT, one value
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    exif.putShort((short) 0).putInt(0);
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + exif.capacity());
    file.put(jpeg, 0, 2).put(exif.array()).put(jpeg, 2, jpeg.length - 2);
    return file.array();
  }
}
