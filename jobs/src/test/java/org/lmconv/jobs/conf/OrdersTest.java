package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.base.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

class OrdersTest {
  private static final Grid GRID = new Grid(2, 3);
  private static final String COLUMNS = "0,0\n1,0\n0,1\n1,1\n0,2\n1,2\n";

  @TempDir private Path folder;

  private String file(String name, String lines) throws IOException {
    return Files.writeString(folder.resolve(name), lines).toString();
  }

  private static Orders orders(String... texts) {
    return new Orders("orders", List.of(texts));
  }

  private static void refuses(String message, String... orders) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders(orders).on(GRID))
        .withMessage("orders=" + List.of(orders) + ": " + message);
  }

  @Test
  void readsAFileAmongNames() throws IOException {
    String file = file("columns.csv", COLUMNS);
    Orders orders = orders("raster/1", file, "s_curve/*");
    orders.requireNames();
    orders.requireFiles();
    OrderSet set = orders.on(GRID);
    assertThat(set.orders())
        .extracting(PixelOrder::name)
        .containsExactly(
            "raster/1", "columns.csv", "s_curve/0", "s_curve/1", "s_curve/2", "s_curve/3");
    assertThat(set.get(1).pixels()).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void spacesDoNotMatter() throws IOException {
    String file = file("spaced.txt", COLUMNS.replace(",", " ,  ").replace("\n", " \n"));
    assertThat(orders(file).on(GRID).get(0).pixels()).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void namesTheLineThatIsNoPixel() throws IOException {
    String rule = "; write row,col of a pixel of the 2x3 images, from 0";
    for (String line : "1;1 1,1,0 -1,0 1.0,1 one,two 99999999999,0 2,0 0,3 7,7".split(" ")) {
      String file = file("bad.csv", COLUMNS.replace("1,1\n", line + "\n"));
      refuses("line 4 of " + file + " is " + line + rule, file);
    }
    String file = file("gap.csv", COLUMNS.replace("1,1\n", "\n"));
    refuses("line 4 of " + file + " is empty" + rule, file);
  }

  @Test
  void aPixelTwiceOrNeverIsRefused() throws IOException {
    for (String lines : List.of(COLUMNS.replace("1,1\n", "0,0\n"), "0,0\n0,1\n")) {
      String file = file("bad.csv", lines);
      assertThatExceptionOfType(UserError.class)
          .isThrownBy(() -> orders(file).on(GRID))
          .withMessageMatching("orders=\\[" + Pattern.quote(file) + "\\]: .*bad.csv.*");
    }
  }

  @Test
  void misspeltNamesAreMissedBeforeTheImagesAreKnown() {
    refusesToRead("order kind rastr is unknown; did you mean raster?", "s_curve/0", "rastr/0");
    refusesToRead("no orders given; name at least one, such as s_curve/*");
  }

  @Test
  void anOrderTwiceIsRefused() throws IOException {
    refuses("order raster/0 is given twice; name each order once", "raster/0", "raster");
    refuses("order s_curve/2 is given twice; name each order once", "s_curve/2", "s_curve/*");
    String file = file("columns.csv", COLUMNS);
    refuses("order columns.csv is given twice; name each order once", file, file);
  }

  @Test
  void ordersThatDoNotFitTheImagesAreRefused() {
    refuses(
        "variant 4 of order s_curve/0 transposes, which needs a square grid, got 2x3; use 0 to 3",
        "s_curve/4");
  }

  @Test
  void aRegionIsMovedLast() throws IOException {
    String file = file("columns.csv", COLUMNS);
    Region bottom = Region.parse("bottom", GRID);
    Region box = Region.parse("0:1,1:3", GRID);
    Orders orders = orders("raster/*+bottom", file + "+bottom", "gilbert+0:1,1:3");
    orders.requireNames();
    orders.requireFiles();
    OrderSet set = orders.on(GRID);
    assertThat(set.orders())
        .extracting(PixelOrder::name)
        .containsExactly(
            "raster/0+bottom",
            "raster/1+bottom",
            "raster/2+bottom",
            "raster/3+bottom",
            "columns.csv+bottom",
            "gilbert/0+0:1,1:3");
    assertThat(set.orders().subList(0, 5)).allMatch(order -> order.visitsLast(bottom));
    assertThat(set.get(4)).isEqualTo(orders(file).on(GRID).get(0).withLast(bottom));
    assertThat(set.get(5).visitsLast(box)).isTrue();
  }

  @Test
  void aRegionCanBeDrawn() throws IOException {
    Path mask = Masks.write(folder.resolve("hole+1.png"), "..#", ".#.");
    String file = file("columns.csv", COLUMNS);
    Orders orders = orders("raster/1+" + mask, file + "+" + mask);
    orders.requireNames();
    orders.requireFiles();
    OrderSet set = orders.on(GRID);
    assertThat(set.get(0).name()).isEqualTo("raster/1+hole+1.png");
    assertThat(set.get(0).pixels()).containsExactly(3, 5, 0, 1, 4, 2);
    assertThat(set.get(1).pixels()).containsExactly(0, 3, 1, 5, 4, 2);
  }

  @Test
  void regionsAreCheckedAsSoonAsTheyCanBe() {
    String forms = "; use all, top, bottom, left, right, center, border or r0:r1,c0:c1";
    refusesToRead("region middle is unknown" + forms, "raster/0+middle");
    refusesToRead("region top+left is unknown" + forms, "raster/0+top+left");
    refusesToRead("order kind rastr is unknown", "rastr/0+0:1,0:2");
    refusesToRead("order kind rastr is unknown", "rastr/0+mask.png");
    refusesToRead("order raster/0+bottom is given twice", "raster/0+bottom", "raster+bottom");
    refusesToRead("order raster/0+ ends with +; write a region behind it", "raster/0+");
    orders("raster/0+0:9,0:9", "raster/0+none.png", "none.csv+0:9,0:9").requireNames();
    refuses(
        "region 0:9,0:9 does not fit a 2x3 grid; need r0 < r1 <= 2 and c0 < c1 <= 3",
        "raster/0+0:9,0:9");
    misses("none.png", "raster/0+none.png");
    misses("none.csv", "none.csv+top");
    misses("none.csv", "raster/0", "none.csv");
  }

  private static void misses(String file, String... texts) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders(texts).requireFiles())
        .withMessage("orders=%s: there is no readable file %s", List.of(texts), file);
  }

  private static void refusesToRead(String message, String... texts) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders(texts).requireNames())
        .withMessageStartingWith("orders=" + List.of(texts) + ": " + message);
  }
}
