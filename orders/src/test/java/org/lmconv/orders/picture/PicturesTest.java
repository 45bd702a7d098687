package org.lmconv.orders.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

class PicturesTest {
  private static final int TITLE = 22; // the line of text above a picture
  private static final Grid GRID = new Grid(8, 8);

  /** The colour in the middle of each pixel tells its step, so that each was visited once. */
  @ParameterizedTest
  @EnumSource(OrderKind.class)
  void aPathPassesEachPixelAtItsStep(OrderKind kind) {
    PixelOrder order = kind.on(GRID);
    BufferedImage image = OrderPictures.path(order).image();
    int side = Canvas.sideFor(GRID);
    for (int pixel = 0; pixel < order.size(); pixel++) {
      Color middle = at(image, pixel, side, side / 2, TITLE);
      // The line that leaves a pixel is drawn over the one that came; the first has its dot.
      int step = order.stepOf(pixel);
      int leaving = step == 0 ? 0 : Math.min(step + 1, order.size() - 1);
      Color expected = Palette.scale((double) leaving / order.size());
      Color arriving = Palette.scale((double) step / order.size());
      // A thin, dashed jump leaves the line below it as it was, or mixes with it.
      assertThat(Math.min(distance(middle, expected), distance(middle, arriving)))
          .as("pixel %d", pixel)
          .isLessThan(12);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 9", "9, 1", "3, 7", "8, 5", "9, 9"})
  void stepsColourEachPixelByItsStep(int height, int width) {
    PixelOrder order = OrderKind.GILBERT.on(new Grid(height, width));
    BufferedImage image = OrderPictures.steps(order).image();
    int left = (image.getWidth() - (width * 24 + 2)) / 2; // a title may be wider than the grid
    for (int pixel = 0; pixel < order.size(); pixel++) {
      int x = left + 1 + order.grid().col(pixel) * 24 + 2; // beside the number
      int y = TITLE + 1 + order.grid().row(pixel) * 24 + 2;
      assertThat(new Color(image.getRGB(x, y)))
          .isEqualTo(Palette.scale((double) order.stepOf(pixel) / order.size()));
    }
  }

  /** Those in the middle; a tap is live where its pixel is visited earlier, or is the centre. */
  @ParameterizedTest
  @CsvSource({
    "hilbert/3, 8, 8, 3, 8",
    "s_curve/5, 28, 28, 3, 4",
    "raster/0, 2, 3, 3, 4",
    "gilbert/1, 5, 9, 5, 4"
  })
  void patternsAreBlueWhereTapsAreLive(String name, int height, int width, int kernel, int most) {
    Grid grid = new Grid(height, width);
    PixelOrder order = OrderSet.parse(List.of(name), grid).get(0);
    KernelShape taps = new KernelShape(kernel, 1);
    KernelMask mask = KernelMask.of(order, taps, KernelMask.Centre.SEEN, Region.none(grid));
    BufferedImage image = OrderPictures.patterns(mask, most).image();
    int rows = Math.min(most, height);
    int cols = Math.min(most, width);
    double side = (image.getWidth() - 2) / (double) cols;
    double cell = 0.86 / kernel;
    for (int tap = 0; tap < rows * cols * taps.taps(); tap++) {
      int row = (height - rows) / 2 + tap / taps.taps() / cols;
      int col = (width - cols) / 2 + tap / taps.taps() % cols;
      int down = tap % taps.taps() / kernel;
      int right = tap % kernel;
      double x = tap / taps.taps() % cols + 0.07 + (right + 0.5) * cell;
      double y = tap / taps.taps() / cols + 0.07 + (down + 0.5) * cell;
      int toRow = row + down - kernel / 2;
      int toCol = col + right - kernel / 2;
      boolean live =
          grid.contains(toRow, toCol)
              && !order.precedes(grid.pixel(row, col), grid.pixel(toRow, toCol));
      assertThat(new Color(image.getRGB(1 + (int) (side * x), 1 + (int) (side * y))))
          .isEqualTo(live ? Palette.LIVE : Palette.DEAD);
    }
  }

  @Test
  void aRegionIsTintedWhereItsPixelsAre() {
    Region center = Region.parse("center", GRID);
    BufferedImage image = OrderPictures.region(center).image();
    for (int pixel = 0; pixel < GRID.pixels(); pixel++) {
      Color middle = at(image, pixel, Canvas.sideFor(GRID), 8, TITLE);
      assertThat(middle).isEqualTo(center.contains(pixel) ? Palette.HOLE : Color.WHITE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anImageHasTheColoursOfItsPixels(int channels) {
    byte[] pixels = new byte[GRID.pixels() * channels];
    new Random(5).nextBytes(pixels);
    Region hole = Region.parse("right", GRID);
    BufferedImage image = Picture.image(GRID, channels, pixels, hole, 2).image();
    for (int pixel = 0; pixel < GRID.pixels(); pixel++) {
      int shown = image.getRGB(2 * GRID.col(pixel), 2 * GRID.row(pixel)) & 0xFFFFFF;
      if (hole.contains(pixel)) {
        assertThat(shown).isEqualTo(Palette.CHEQUERED[(GRID.row(pixel) + GRID.col(pixel)) % 2]);
      } else {
        for (int channel = 0; channel < 3; channel++) {
          byte expected = pixels[pixel * channels + channel % channels];
          assertThat((byte) (shown >> 16 - 8 * channel)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void bytesThatAreNoImageAreRefused() {
    assertThatThrownBy(() -> Picture.image(GRID, 1, new byte[7], Region.none(GRID), 1))
        .hasMessage("7 bytes are no 8x8 image of 1 channels");
  }

  @Test
  void picturesInAGridKeepTheirPlaces() {
    Picture dark = colour(10, 20, Color.BLUE);
    Picture bright = colour(30, 6, Color.ORANGE);
    BufferedImage grid = Picture.grid(2, List.of(dark, bright, bright)).image();
    assertThat(grid.getWidth()).isEqualTo(30 + 12 + 30);
    assertThat(grid.getHeight()).isEqualTo(20 + 12 + 20);
    assertThat(new Color(grid.getRGB(15, 10))).isEqualTo(Color.BLUE); // in the middle of its place
    assertThat(new Color(grid.getRGB(42, 0))).isEqualTo(Color.ORANGE);
    assertThat(new Color(grid.getRGB(0, 32))).isEqualTo(Color.ORANGE);
    assertThat(new Color(grid.getRGB(60, 40))).isEqualTo(Color.WHITE);
  }

  @Test
  void imagesOfASheetAreCloseTogether() {
    Picture image = colour(84, 84, Color.BLUE);
    BufferedImage sheet = Picture.sheet(2, List.of(image, image, image)).image();
    assertThat(sheet.getWidth()).isEqualTo(4 + 2 * 88);
    assertThat(sheet.getHeight()).isEqualTo(4 + 2 * 88);
    assertThat(new Color(sheet.getRGB(4, 4))).isEqualTo(Color.BLUE);
    assertThat(new Color(sheet.getRGB(3, 3))).isEqualTo(Color.WHITE);
    assertThat(new Color(sheet.getRGB(4 + 88, 4 + 88))).isEqualTo(Color.WHITE);
    assertThat(List.of(28, 84, 300).stream().map(side -> Picture.sheetScale(new Grid(1, side))))
        .containsExactly(3, 1, 1);
  }

  @Test
  void aPictureIsShownAsPngWithItsWords() throws Exception {
    Picture picture = colour(3, 2, Color.BLUE).titled("title");
    byte[] png = picture.png();
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(read.getHeight()).isEqualTo(2 + TITLE);
    assertThat(picture.text()).isEqualTo("title: blue");
    assertThat(colours(read)).as("the title has ink").hasSizeGreaterThan(3);
  }

  @Test
  void whatIsSeenIsStrongerThanWhatIsEarlier() {
    BitSet seen = BitSet.valueOf(new long[] {0b10});
    BitSet earlier = BitSet.valueOf(new long[] {0b11});
    BufferedImage image = OrderPictures.seen(GRID, seen, earlier, 2).image();
    int side = Canvas.sideFor(GRID);
    assertThat(List.of(0, 1, 2, 3).stream().map(pixel -> at(image, pixel, side, 8, 0)))
        .containsExactly(Palette.EARLIER, Palette.LIVE, Palette.CENTRE, Color.WHITE);
  }

  @Test
  void lateStepsAreBrighterThanEarlyOnes() {
    double before = -1;
    for (int i = 0; i <= 100; i++) {
      Color colour = Palette.scale(i / 100.0);
      double light =
          0.2126 * colour.getRed() + 0.7152 * colour.getGreen() + 0.0722 * colour.getBlue();
      assertThat(light).isGreaterThan(before);
      before = light;
    }
  }

  private static Picture colour(int width, int height, Color colour) {
    Picture picture = Picture.blank(width, height, "blue");
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        picture.image().setRGB(x, y, colour.getRGB());
      }
    }
    return picture;
  }

  /** The colour {@code inside} screen pixels right of and below the corner of a pixel. */
  private static Color at(BufferedImage image, int pixel, int side, int inside, int title) {
    int x = 1 + pixel % 8 * side + inside;
    int y = title + 1 + pixel / 8 * side + inside;
    return new Color(image.getRGB(x, y));
  }

  private static int distance(Color one, Color other) {
    return Math.abs(one.getRed() - other.getRed())
        + Math.abs(one.getGreen() - other.getGreen())
        + Math.abs(one.getBlue() - other.getBlue());
  }

  private static Set<Integer> colours(BufferedImage image) {
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
  }
}
