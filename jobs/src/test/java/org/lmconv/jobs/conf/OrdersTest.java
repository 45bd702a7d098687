package org.lmconv.jobs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmconv.jobs.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

class OrdersTest {
  private static final Grid GRID = new Grid(2, 3);
  private static final String COLUMNS = "0,0\n1,0\n0,1\n1,1\n0,2\n1,2\n";

  @TempDir private Path folder;

  private String file(String name, String lines) throws IOException {
    return Files.writeString(folder.resolve(name), lines).toString();
  }

  private static void refuses(String message, String... orders) {
    List<String> list = List.of(orders);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Orders.on(list, GRID))
        .withMessage("orders=" + list + ": " + message);
  }

  @Test
  void readsAFileAmongNames() throws IOException {
    String file = file("columns.csv", COLUMNS);
    List<String> orders = List.of("raster/1", file, "s_curve/*");
    Orders.requireNames(orders);
    Orders.requireFiles(orders);
    OrderSet set = Orders.on(orders, GRID);
    assertThat(set.orders())
        .extracting(PixelOrder::name)
        .containsExactly(
            "raster/1", "columns.csv", "s_curve/0", "s_curve/1", "s_curve/2", "s_curve/3");
    assertThat(set.get(1).pixels()).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void spacesDoNotMatter() throws IOException {
    String file = file("spaced.txt", COLUMNS.replace(",", " ,  ").replace("\n", " \n"));
    assertThat(Orders.on(List.of(file), GRID).get(0).pixels()).containsExactly(0, 3, 1, 4, 2, 5);
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
        .isThrownBy(() -> Orders.on(List.of(twice), GRID))
        .withMessageStartingWith("orders=[" + twice + "]: ")
        .withMessageContaining("twice.csv");
    String few = file("few.csv", "0,0\n0,1\n");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Orders.on(List.of(few), GRID))
        .withMessageStartingWith("orders=[" + few + "]: ")
        .withMessageContaining("few.csv");
  }

  @Test
  void aMissingFileIsMissedBeforeTheImagesAreKnown() {
    String none = folder.resolve("none.csv").toString();
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Orders.requireFiles(List.of("raster/0", none)))
        .withMessage("orders=[raster/0, %s]: there is no readable file %s", none, none);
  }

  @Test
  void misspeltNamesAreMissedBeforeTheImagesAreKnown() {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Orders.requireNames(List.of("s_curve/0", "rastr/0")))
        .withMessageStartingWith("orders=[s_curve/0, rastr/0]: ")
        .withMessageContaining("raster");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> Orders.requireNames(List.of()))
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
}
