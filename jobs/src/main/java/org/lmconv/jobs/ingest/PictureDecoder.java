package org.lmconv.jobs.ingest;

import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.png.PngChunk;
import com.drew.imaging.png.PngChunkReader;
import com.drew.imaging.png.PngChunkType;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.SequentialByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.lmconv.model.ImageShape;

/**
 * Decodes a PNG, JPEG or BMP file, which its content tells and not its name. The samples are taken
 * as they are stored: Java's own conversions between kinds of images go through colour spaces,
 * which makes grey pictures brighter.
 */
final class PictureDecoder {
  private static final List<String> FORMATS = List.of("png", "jpeg", "bmp");

  /** Pixels of the largest picture; a few bytes of a damaged header must not take all memory. */
  private static final long MAX_PIXELS = 100_000_000;

  private PictureDecoder() {}

  /**
   * Decodes a file, the way up that its EXIF says, over a background where it is transparent.
   *
   * @param file the whole of it
   * @param background 0xRRGGBB
   * @return grey if it is stored as grey, else RGB; samples of 16 bits are cut to their upper 8,
   *     those of less are spread over 0 to 255
   * @throws BadFileException if it cannot be decoded to its end
   */
  static Pixels decode(byte[] file, int background) throws BadFileException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      ImageReader reader = reader(in);
      try {
        reader.setInput(in, true, true);
        String format = reader.getFormatName().toLowerCase(Locale.ROOT);
        BufferedImage image = read(reader);
        if (format.equals("jpeg") && image.getRaster().getNumBands() == 4) {
          throw new BadFileException("it is for print, with four inks (CMYK); save it as RGB");
        }
        return pixels(image, background).upright(orientation(file, format));
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

  private static BufferedImage read(ImageReader reader) throws IOException {
    if ((long) reader.getWidth(0) * reader.getHeight(0) > MAX_PIXELS) {
      throw new BadFileException("it has more than 100 million pixels");
    }
    // The reader of JPEG goes on with grey for what is missing, where others throw.
    AtomicReference<String> damage = new AtomicReference<>();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          // Others are of colour profiles and the like, and the pixels are whole.
          if (warning.startsWith("Premature") || warning.startsWith("Corrupt")) {
            damage.compareAndSet(null, warning.toLowerCase(Locale.ROOT));
          }
        });
    BufferedImage image = reader.read(0);
    if (damage.get() != null) {
      boolean cut = damage.get().contains("premature end");
      throw new BadFileException(cut ? "its end is missing" : "it is damaged");
    }
    return image;
  }

  private static String because(Exception e) {
    String message = e.getMessage();
    boolean tells = e instanceof IOException && message != null && !message.isBlank();
    return tells ? ": " + message.lines().findFirst().orElseThrow() : "";
  }

  /**
   * How the camera was held, 1 to 8; 1, upright, where nothing, or nonsense, is said. EXIF alone is
   * read: compressed texts beside it may be of any size.
   */
  private static int orientation(byte[] file, String format) {
    try {
      Metadata metadata = new Metadata();
      ExifReader reader = new ExifReader();
      if (format.equals("jpeg")) {
        JpegMetadataReader.process(metadata, new ByteArrayInputStream(file), List.of(reader));
      } else if (format.equals("png")) {
        var bytes = new SequentialByteArrayReader(file);
        for (PngChunk exif : new PngChunkReader().extract(bytes, Set.of(PngChunkType.eXIf))) {
          reader.extract(new ByteArrayReader(exif.getBytes()), metadata);
        }
      }
      for (ExifIFD0Directory exif : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
        Integer number = exif.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
        if (number != null && number >= 1 && number <= 8) {
          return number;
        }
      }
      return 1;
    } catch (ImageProcessingException | IOException | RuntimeException e) {
      return 1; // the pixels are what matters, and whether they are whole
    }
  }

  private static Pixels pixels(BufferedImage image, int background) throws BadFileException {
    if (image.getColorModel() instanceof IndexColorModel model) {
      // Pictures of 1, 2 and 4 bits come with a palette too, be they grey.
      int[] palette = new int[model.getMapSize()];
      model.getRGBs(palette);
      boolean grey = Arrays.stream(palette).allMatch(colour -> isGrey(over(colour, background)));
      return pixels(image, grey, (row, i) -> palette[row[i]], background);
    }
    int bands = image.getRaster().getNumBands();
    if (bands < 1 || bands > 4) {
      throw new BadFileException("it has %d channels, but pictures have 1 to 4".formatted(bands));
    }
    int[] bits = image.getSampleModel().getSampleSize(); // green may have more, as in 5-6-5
    boolean transparent = bands % 2 == 0;
    boolean grey = bands <= 2 && !(transparent && !isGrey(background));
    return pixels(image, grey, (row, i) -> colour(row, i, bits), background);
  }

  /** What colour, 0xAARRGGBB, the samples of a row stand for from a place on. */
  @FunctionalInterface
  private interface Colours {
    int at(int[] row, int i);
  }

  private static Pixels pixels(BufferedImage image, boolean grey, Colours colours, int background) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    ImageShape shape = new ImageShape(grey ? 1 : 3, raster.getHeight(), raster.getWidth());
    byte[] values = new byte[shape.dimensions()];
    int[] row = new int[shape.width() * bands];
    int next = 0;
    for (int y = 0; y < shape.height(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, shape.width(), 1, row);
      for (int i = 0; i < row.length; i += bands) {
        int rgb = over(colours.at(row, i), background);
        for (int channel = 0; channel < shape.channels(); channel++) {
          values[next++] = (byte) (rgb >> (16 - 8 * channel));
        }
      }
    }
    return new Pixels(shape, values);
  }

  /** Of one sample (grey) or three, and an opacity if there is another one. */
  private static int colour(int[] row, int i, int[] bits) {
    int last = bits.length - 1;
    int colour = last % 2 == 1 ? eightBits(row[i + last], bits[last]) : 255;
    for (int channel = 0; channel < 3; channel++) {
      int band = last <= 1 ? 0 : channel;
      colour = colour << 8 | eightBits(row[i + band], bits[band]);
    }
    return colour;
  }

  private static int eightBits(int sample, int bits) {
    int most = (1 << bits) - 1;
    return bits >= 8 ? sample >> (bits - 8) : (sample * 255 + most / 2) / most;
  }

  /** A colour 0xAARRGGBB over another, 0xRRGGBB. */
  private static int over(int colour, int background) {
    int alpha = colour >>> 24;
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int above = colour >> shift & 0xFF;
      int below = background >> shift & 0xFF;
      rgb = rgb << 8 | (above * alpha + below * (255 - alpha) + 127) / 255;
    }
    return rgb;
  }

  private static boolean isGrey(int rgb) {
    int blue = rgb & 0xFF;
    return (rgb >> 8 & 0xFF) == blue && (rgb >> 16 & 0xFF) == blue;
  }
}
