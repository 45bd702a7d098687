package org.lmconv.jobs.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.page.OrderDrawing.Tap;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

class OrderDrawingTest {
  /** Pixels that a curve goes through; stretches share their ends. */
  private static List<Integer> pixels(OrderDrawing drawing) {
    List<Integer> pixels = new ArrayList<>();
    for (OrderDrawing.Stretch stretch : drawing.stretches()) {
      for (String place : stretch.path().substring(1).split("L")) {
        String[] xy = place.split(" ");
        int col = (int) Double.parseDouble(xy[0]);
        int pixel = (int) Double.parseDouble(xy[1]) * drawing.width() + col;
        if (pixels.isEmpty() || pixels.get(pixels.size() - 1) != pixel) {
          pixels.add(pixel);
        }
      }
    }
    return pixels;
  }

  @ParameterizedTest
  @CsvSource({
    "s_curve/5, 28, 28, 3",
    "raster/0, 2, 3, 3",
    "gilbert/1, 5, 9, 5",
    "hilbert/3, 8, 8, 3"
  })
  void theCurveVisitsThePixelsAndTheMasksReadEarlierOnes(
      String name, int height, int width, int kernel) {
    Grid grid = new Grid(height, width);
    PixelOrder order = OrderSet.parse(List.of(name), grid).get(0);
    OrderDrawing drawing = OrderDrawing.of(order, kernel);
    assertThat(pixels(drawing).stream().mapToInt(Integer::intValue).toArray())
        .isEqualTo(order.pixels());

    int rows = Math.min(4, height);
    int cols = Math.min(4, width);
    assertThat(drawing.masks()).hasSize(rows * cols * kernel * kernel);
    for (Tap tap : drawing.masks()) {
      int row = (height - rows) / 2 + tap.y() / (kernel + 1);
      int col = (width - cols) / 2 + tap.x() / (kernel + 1);
      int down = tap.y() % (kernel + 1) - kernel / 2;
      int right = tap.x() % (kernel + 1) - kernel / 2;
      boolean inside = grid.contains(row + down, col + right);
      boolean earlier =
          inside && order.precedes(grid.pixel(row + down, col + right), grid.pixel(row, col));
      assertThat(tap.kind())
          .isEqualTo(down == 0 && right == 0 ? "centre" : earlier ? "live" : "dead");
    }
  }
}
