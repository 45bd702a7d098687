package org.lmconv.jobs.conf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmconv.orders.Grid;
import org.lmconv.orders.PixelOrder;

/** A file with a line "row,col" per pixel, in the order of the visit. */
final class OrderFile {
  private static final Pattern PLACE = Pattern.compile("\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})\\s*");

  private OrderFile() {}

  /**
   * The order, which has the name of the file.
   *
   * @throws IllegalArgumentException if the file cannot be read, or does not visit each pixel once
   */
  static PixelOrder read(Path file, Grid grid) {
    List<String> lines = lines(file);
    int[] pixels = new int[lines.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = pixel(file, i + 1, lines.get(i), grid);
    }
    return PixelOrder.of(file.getFileName().toString(), grid, pixels);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("there is no readable file " + file, e);
    }
  }

  private static int pixel(Path file, int number, String line, Grid grid) {
    Matcher place = PLACE.matcher(line);
    if (place.matches()) {
      int row = Integer.parseInt(place.group(1));
      int col = Integer.parseInt(place.group(2));
      if (grid.contains(row, col)) {
        return grid.pixel(row, col);
      }
    }
    throw new IllegalArgumentException(
        "line %d of %s is %s; write row,col of a pixel of the %s images, from 0"
            .formatted(number, file, line.isBlank() ? "empty" : line.strip(), grid));
  }
}
