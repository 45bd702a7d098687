package org.lmconv.jobs.ingest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes a PNG, JPEG or BMP file, which its content tells and not its name. */
final class Picture {
  private static final List<String> FORMATS = List.of("png", "jpeg", "bmp");

  /** Pixels of the largest picture; a few bytes of a damaged header must not take all memory. */
  private static final long MAX_PIXELS = 100_000_000;

  private Picture() {}

  /**
   * Decodes a file, the way up that its EXIF says, over a background where it is transparent.
   *
   * @param file the whole of it
   * @param background 0xRRGGBB
   * @return grey if it is stored as grey, else RGB; samples of 16 bits are cut to their upper 8,
   *     those of less are spread over 0 to 255
   * @throws BadFileException if it cannot be decoded to its end
   */
  static Pixels read(byte[] file, int background) throws BadFileException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      ImageReader reader = reader(in);
      try {
        reader.setInput(in, true, true);
        BufferedImage image = decode(reader);
        return Orientation.of(file).apply(Samples.of(image, background));
      } finally {
        reader.dispose();
      }
    } catch (BadFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // readers of images throw anything at bad bytes
      throw new BadFileException("it cannot be decoded" + because(e), e);
    }
  }

  private static ImageReader reader(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new BadFileException("it is no PNG, JPEG or BMP file");
  }

  private static BufferedImage decode(ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if ((long) width * height > MAX_PIXELS) {
      throw new BadFileException("it has more than 100 million pixels");
    }
    Warnings warnings = new Warnings();
    reader.addIIOReadWarningListener(warnings);
    BufferedImage image = reader.read(0);
    warnings.refuse();
    return image;
  }

  private static String because(Exception e) {
    String message = e.getMessage();
    boolean tells = e instanceof IOException && message != null && !message.isBlank();
    return tells ? ": " + message.lines().findFirst().orElseThrow() : "";
  }
}
