package org.lmconv.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
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

  @Test
  void patternsAreBlueWhereTapsAreLive() {
    KernelMask mask =
        KernelMask.of(
            OrderKind.HILBERT.on(GRID),
            new KernelShape(3, 1),
            KernelMask.Centre.SEEN,
            Region.none(GRID));
    BufferedImage image = MaskPictures.patterns(mask).image();
    for (int pixel = 0; pixel < GRID.pixels(); pixel++) {
      for (int tap = 0; tap < 9; tap++) {
        int x = 1 + GRID.col(pixel) * 26 + (int) (26 * (0.07 + (tap % 3 + 0.5) * 0.86 / 3));
        int y = 1 + GRID.row(pixel) * 26 + (int) (26 * (0.07 + (tap / 3 + 0.5) * 0.86 / 3));
        assertThat(new Color(image.getRGB(x, y)))
            .isEqualTo(mask.live(tap, pixel) ? Palette.LIVE : Palette.DEAD);
      }
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
    BufferedImage image = ImagePictures.image(pixels, GRID, channels, hole).image();
    for (int pixel = 0; pixel < GRID.pixels(); pixel++) {
      int red = pixels[pixel * channels] & 0xFF;
      Color colour =
          channels == 1
              ? new Color(red, red, red)
              : new Color(red, pixels[pixel * 3 + 1] & 0xFF, pixels[pixel * 3 + 2] & 0xFF);
      assertThat(at(image, pixel, 2, 0, 0)).isEqualTo(hole.contains(pixel) ? Palette.HOLE : colour);
    }
  }

  @Test
  void bytesThatAreNoImageAreRefused() {
    assertThatThrownBy(() -> ImagePictures.image(new byte[7], GRID, 1, Region.none(GRID)))
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
  void aPictureIsShownAsPngWithItsWords() throws Exception {
    Picture picture = colour(3, 2, Color.BLUE).titled("title");
    byte[] png = Base64.getDecoder().decode(picture.rich().get("image/png"));
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(read.getHeight()).isEqualTo(2 + TITLE);
    assertThat(picture.text()).isEqualTo("title: blue");
    assertThat(colours(read)).as("the title has ink").hasSizeGreaterThan(3);
  }

  @Test
  void whatIsSeenIsStrongerThanWhatIsEarlier() {
    BitSet seen = BitSet.valueOf(new long[] {0b10});
    BitSet earlier = BitSet.valueOf(new long[] {0b11});
    BufferedImage image = MaskPictures.seen(GRID, seen, earlier, 2).image();
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
