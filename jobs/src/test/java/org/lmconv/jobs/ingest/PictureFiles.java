package org.lmconv.jobs.ingest;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntBinaryOperator;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

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

  /** A JPEG or PNG file with EXIF that says how the camera was held. */
  static byte[] oriented(byte[] file, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(26);
    exif.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    exif.putShort((short) 1); // one entry: tag, type SHORT, one value
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    if (file[1] == 'P') {
      return withChunk(file, "eXIf", exif.array());
    }
    ByteBuffer segment = ByteBuffer.allocate(10 + exif.capacity());
    segment.putShort((short) 0xFFE1).putShort((short) (8 + exif.capacity()));
    segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(exif.array());
    return inserted(file, 2, segment.array());
  }

  /** A PNG file with one more chunk, after its header. */
  static byte[] withChunk(byte[] png, String type, byte[] content) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + content.length);
    chunk.putInt(content.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + content.length);
    chunk.putInt((int) crc.getValue());
    return inserted(png, 33, chunk.array());
  }

  private static byte[] inserted(byte[] file, int place, byte[] more) {
    ByteBuffer all = ByteBuffer.allocate(file.length + more.length);
    return all.put(file, 0, place).put(more).put(file, place, file.length - place).array();
  }

  /** A JPEG file with four components. */
  static byte[] fourInks(int height, int width) throws IOException {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(new IIOImage(raster, null, null));
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
