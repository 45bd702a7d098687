package org.lmconv.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.ImageShape;

class PictureDecoderTest {
  private static final int WHITE = 0xFFFFFF;

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void decodesColours(String format) throws IOException {
    Pixels pixels = PictureDecoder.decode(PictureFiles.colours(2, 3, 5, format), WHITE);
    assertThat(pixels.shape()).isEqualTo(new ImageShape(3, 2, 3));
    assertThat(pixels.values())
        .containsExactly(0, 0, 40, 0, 8, 40, 0, 16, 40, 8, 0, 40, 8, 8, 40, 8, 16, 40);
  }

  @Test
  void decodesJpeg() throws IOException {
    BufferedImage blue =
        PictureFiles.image(16, 8, BufferedImage.TYPE_INT_RGB, (row, column) -> 0x2040C0);
    Pixels pixels = PictureDecoder.decode(PictureFiles.encode(blue, "jpeg"), WHITE);
    assertThat(pixels.shape()).isEqualTo(new ImageShape(3, 16, 8));
    // Quantised at the default quality.
    assertThat(pixels.values()[0] & 0xFF).isBetween(0x1C, 0x24);
    assertThat(pixels.values()[1] & 0xFF).isBetween(0x3C, 0x44);
    assertThat(pixels.values()[2] & 0xFF).isBetween(0xBC, 0xC4);
  }

  @Test
  void greyStaysAsItIsStored() throws IOException {
    BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 60, 128, 255});
    Pixels pixels = PictureDecoder.decode(PictureFiles.encode(image, "png"), WHITE);
    assertThat(pixels.shape()).isEqualTo(new ImageShape(1, 1, 4));
    assertThat(pixels.values()).containsExactly(0, 60, 128, 255);
  }

  @Test
  void sixteenBitsAreCutToEight() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {0x00FF, 0x80FF, 0xFFFF});
    assertThat(PictureDecoder.decode(PictureFiles.encode(image, "png"), WHITE).values())
        .containsExactly(0, 0x80, 0xFF);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,3", "4,15"})
  void fewBitsAreSpread(int bits, int most) throws IOException {
    byte[] levels = new byte[most + 1];
    for (int i = 0; i <= most; i++) {
      levels[i] = (byte) (255 * i / most);
    }
    IndexColorModel grey = new IndexColorModel(bits, most + 1, levels, levels, levels);
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, grey);
    image.getRaster().setPixels(0, 0, 2, 1, new int[] {1, most});
    Pixels pixels = PictureDecoder.decode(PictureFiles.encode(image, "png"), WHITE);
    assertThat(pixels.shape().channels()).isEqualTo(1);
    assertThat(pixels.values()).containsExactly(255 / most, 255);
  }

  @Test
  void palettesBecomeColours() throws IOException {
    byte[] red = {(byte) 200, 10, 0};
    byte[] green = {100, 20, 0};
    byte[] blue = {50, 30, 0};
    byte[] alpha = {-1, -1, 0};
    IndexColorModel palette = new IndexColorModel(8, 3, red, green, blue, alpha);
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {1, 0, 2});
    assertThat(PictureDecoder.decode(PictureFiles.encode(image, "png"), 0x010203).values())
        .containsExactly(10, 20, 30, 200, 100, 50, 1, 2, 3);
  }

  @Test
  void transparencyShowsTheBackground() throws IOException {
    int[] colours = {0xFF0A1420, 0x00FFFFFF, 0x80000000};
    BufferedImage image =
        PictureFiles.image(1, 3, BufferedImage.TYPE_INT_ARGB, (row, column) -> colours[column]);
    byte[] file = PictureFiles.encode(image, "png");
    assertThat(PictureDecoder.decode(file, 0xC86432).values())
        .containsExactly(10, 20, 32, 200, 100, 50, 100, 50, 25);
  }

  @ParameterizedTest
  @CsvSource({"1,ab cd", "2,ba dc", "3,dc ba", "4,cd ab"})
  void exifTellsWhichSideIsUp(int orientation, String seen) throws IOException {
    assertThat(quarters(orientation, 16, 32)).isEqualTo(seen);
  }

  @ParameterizedTest
  @CsvSource({"5,ac bd", "6,ca db", "7,db ca", "8,bd ac"})
  void exifTurns(int orientation, String seen) throws IOException {
    assertThat(quarters(orientation, 32, 16)).isEqualTo(seen);
  }

  /** Which of four greys, from a to d, is seen where, of a picture stored as ab above cd. */
  private static String quarters(int orientation, int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int row = 0; row < 16; row++) {
      for (int column = 0; column < 32; column++) {
        image.getRaster().setSample(column, row, 0, 40 + 40 * (2 * (row / 8) + column / 16));
      }
    }
    byte[] file = PictureFiles.oriented(PictureFiles.encode(image, "jpeg"), orientation);
    Pixels pixels = PictureDecoder.decode(file, WHITE);
    assertThat(pixels.shape()).isEqualTo(new ImageShape(1, height, width));
    int[] places = {0, width - 1, (height - 1) * width, height * width - 1};
    StringBuilder seen = new StringBuilder();
    for (int place : places) {
      seen.append((char) ('a' + Math.round(((pixels.values()[place] & 0xFF) - 40) / 40f)));
    }
    return seen.insert(2, ' ').toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "jpeg"})
  void refusesAFileThatIsCutOffAnywhere(String format) {
    byte[] whole = PictureFiles.colours(32, 32, 5, format);
    for (int length = 0; length < whole.length - 21; length += 7) {
      // The last 21 bytes of a PNG are checksums and an end mark: all pixels are there.
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> PictureDecoder.decode(part, WHITE))
          .as("the first %d of %d bytes of %s", length, whole.length, format)
          .isInstanceOf(BadFileException.class)
          .hasMessageMatching(
              "it (is no PNG, JPEG or BMP file|cannot be decoded.*|is damaged)|its end is missing");
    }
  }

  @Test
  void saysWhatIsWrong() {
    refuses(new byte[0], "it is no PNG, JPEG or BMP file");
    refuses("hello".getBytes(StandardCharsets.US_ASCII), "it is no PNG, JPEG or BMP file");
    byte[] jpeg = PictureFiles.colours(64, 64, 5, "jpeg");
    refuses(Arrays.copyOf(jpeg, jpeg.length * 2 / 3), "its end is missing");
    byte[] gif = PictureFiles.colours(4, 4, 5, "gif");
    refuses(gif, "it is no PNG, JPEG or BMP file");
  }

  @Test
  void inksAreNoColours() throws IOException {
    refuses(PictureFiles.fourInks(4, 4), "it is for print, with four inks (CMYK); save it as RGB");
  }

  @Test
  void aCompressedTextIsNotInflated() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.write("Comment\0\0".getBytes(StandardCharsets.US_ASCII)); // compressed by deflation
    try (DeflaterOutputStream zeros = new DeflaterOutputStream(text)) {
      for (int megabyte = 0; megabyte < 600; megabyte++) { // more than the heap takes twice
        zeros.write(new byte[1 << 20]);
      }
    }
    byte[] png = PictureFiles.colours(4, 4, 5, "png");
    byte[] bomb = PictureFiles.withChunk(png, "zTXt", text.toByteArray());
    assertThat(PictureDecoder.decode(bomb, WHITE).values())
        .isEqualTo(PictureDecoder.decode(png, WHITE).values());
  }

  @Test
  void refusesAHeaderThatWouldTakeAllMemory() {
    byte[] png = PictureFiles.colours(4, 4, 5, "png");
    png[17] = 1; // its width, of four bytes from 16 on, is now 65,540
    png[21] = 1; // its height the same
    refuses(png, "it has more than 100 million pixels");
  }

  private static void refuses(byte[] file, String reason) {
    assertThatThrownBy(() -> PictureDecoder.decode(file, WHITE))
        .isInstanceOf(BadFileException.class)
        .hasMessage(reason);
  }
}
