package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private static Orders orders(List<String> texts) {
    return new Orders("orders", texts);
  }

  private static Orders orders(String... texts) {
    return orders(List.of(texts));
  }

  private static void refuses(String message, String... orders) {
    List<String> list = List.of(orders);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders(list).on(GRID))
        .withMessage("orders=" + list + ": " + message);
  }

  @Test
  void readsAFileAmongNames() throws IOException {
    String file = file("columns.csv", COLUMNS);
    List<String> orders = List.of("raster/1", file, "s_curve/*");
    orders(orders).requireNames();
    orders(orders).requireFiles();
    OrderSet set = orders(orders).on(GRID);
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
    for (String line : List.of("1;1", "1,1,0", "-1,0", "1.0,1", "one,two", "99999999999,0")) {
      String file = file("bad.csv", COLUMNS.replace("1,1\n", line + "\n"));
      refuses("line 4 of " + file + " is " + line + rule, file);
    }
    for (String outside : List.of("2,0", "0,3", "7,7")) {
      String file = file("outside.csv", COLUMNS.replace("1,1\n", outside + "\n"));
      refuses("line 4 of " + file + " is " + outside + rule, file);
    }
    String file = file("gap.csv", COLUMNS.replace("1,1\n", "\n"));
    refuses("line 4 of " + file + " is empty" + rule, file);
  }

  @Test
  void aPixelTwiceOrNeverIsRefused() throws IOException {
    String twice = file("twice.csv", COLUMNS.replace("1,1\n", "0,0\n"));
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders(twice).on(GRID))
        .withMessageStartingWith("orders=[" + twice + "]: ")
        .withMessageContaining("twice.csv");
    String few = file("few.csv", "0,0\n0,1\n");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders(few).on(GRID))
        .withMessageStartingWith("orders=[" + few + "]: ")
        .withMessageContaining("few.csv");
  }

  @Test
  void aMissingFileIsMissedBeforeTheImagesAreKnown() {
    String none = folder.resolve("none.csv").toString();
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders("raster/0", none).requireFiles())
        .withMessage("orders=[raster/0, %s]: there is no readable file %s", none, none);
  }

  @Test
  void misspeltNamesAreMissedBeforeTheImagesAreKnown() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders("s_curve/0", "rastr/0").requireNames())
        .withMessageStartingWith("orders=[s_curve/0, rastr/0]: ")
        .withMessageContaining("raster");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders().requireNames())
        .withMessage("orders=[]: no orders given; name at least one, such as s_curve/*");
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
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders("raster/0+none.png").requireFiles())
        .withMessage("orders=[raster/0+none.png]: there is no readable file none.png");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders("none.csv+top").requireFiles())
        .withMessage("orders=[none.csv+top]: there is no readable file none.csv");
  }

  private static void refusesToRead(String message, String... texts) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> orders(texts).requireNames())
        .withMessageStartingWith("orders=" + List.of(texts) + ": " + message);
  }
}
