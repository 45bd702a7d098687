package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.base.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.Region;

class RegionsTest {
  private static final Grid GRID = new Grid(2, 3);

  @TempDir private Path folder;

  private static Region on(Object text) {
    return Regions.on("region", text.toString(), GRID);
  }

  private static int[] pixels(Region region) {
    return IntStream.range(0, GRID.pixels()).filter(region::contains).toArray();
  }

  @Test
  void readsWhatRegionsAreCalled() {
    assertThat(on("bottom")).isEqualTo(Region.parse("bottom", GRID));
    assertThat(on("0:1,1:3")).isEqualTo(Region.parse("0:1,1:3", GRID));
  }

  @Test
  void whiteIsTheRegion() throws IOException {
    Path mask = Masks.write(folder.resolve("hole.PNG"), "..#", ".#.");
    assertThat(pixels(on(mask))).containsExactly(2, 4);
    assertThat(on(mask).name()).isEqualTo("hole.PNG");
  }

  @Test
  void greyIsWhiteFromTheMiddle() throws IOException {
    BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage deep = new BufferedImage(3, 2, BufferedImage.TYPE_USHORT_GRAY);
    int[] values = {127, 128, 0, 255, 1, 129};
    for (int i = 0; i < values.length; i++) {
      grey.getRaster().setSample(i % 3, i / 3, 0, values[i]);
      deep.getRaster().setSample(i % 3, i / 3, 0, values[i] << 8 | 0xFF);
    }
    assertThat(pixels(on(Masks.write(folder.resolve("grey.png"), grey)))).containsExactly(1, 3, 5);
    assertThat(pixels(on(Masks.write(folder.resolve("deep.png"), deep)))).containsExactly(1, 3, 5);
  }

  @Test
  void coloursAreAveraged() throws IOException {
    BufferedImage colours = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    int[] values = {0xFF0000, 0xFFFF00, 0x808080, 0x7F7F7F, 0xFFFFFF, 0};
    for (int i = 0; i < values.length; i++) {
      colours.setRGB(i % 3, i / 3, values[i]);
    }
    assertThat(pixels(on(Masks.write(folder.resolve("colours.png"), colours))))
        .containsExactly(1, 2, 4);
  }

  @Test
  void masksThatAreNone() throws IOException {
    refuses("there is no readable file FILE", folder.resolve("none.png"));
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    refuses("mask NAME cannot be read as PNG; save it as one", text);
    Path half = Masks.write(folder.resolve("half.png"), "..#", ".#.");
    Files.write(half, java.util.Arrays.copyOf(Files.readAllBytes(half), 40));
    refuses("mask NAME cannot be read as PNG; save it as one", half);
    Path tall = Masks.write(folder.resolve("tall.png"), "##", "##", "##");
    refuses("mask NAME is 3x2, but the images are 2x3; draw it in their size", tall);
    Path black = Masks.write(folder.resolve("black.png"), "...", "...");
    refuses("mask NAME has no white pixel; paint the region white", black);
  }

  private static void refuses(String message, Path file) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> on(file))
        .withMessage(
            "region=FILE: "
                .concat(message)
                .replace("FILE", file.toString())
                .replace("NAME", file.getFileName().toString()));
  }

  @Test
  void regionsThatDoNotFit() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> on("0:3,0:3"))
        .withMessage(
            "region=0:3,0:3: region 0:3,0:3 does not fit a 2x3 grid;"
                + " need r0 < r1 <= 2 and c0 < c1 <= 3");
  }
}
