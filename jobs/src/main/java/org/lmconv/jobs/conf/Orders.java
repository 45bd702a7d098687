package org.lmconv.jobs.conf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmconv.jobs.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

/** The value of the key "orders": names of orders, and files with a line "row,col" per pixel. */
final class Orders {
  /** Fits every kind of order, so that only the spelling of names is checked. */
  private static final Grid ANY_GRID = new Grid(4, 4);

  private static final Pattern FILE = Pattern.compile(".*\\.(csv|txt)");
  private static final Pattern PLACE = Pattern.compile("\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})\\s*");

  private Orders() {}

  /**
   * Checks the spelling of names.
   *
   * @throws UserError if one is misspelt, or there is none
   */
  static void requireNames(List<String> orders) {
    List<String> names = orders.stream().filter(order -> !FILE.matcher(order).matches()).toList();
    if (orders.isEmpty() || !names.isEmpty()) {
      parse(orders, names, ANY_GRID);
    }
  }

  /**
   * Checks that files are there: for orders that were typed, not for those of a checkpoint.
   *
   * @throws UserError if one is not
   */
  static void requireFiles(List<String> orders) {
    for (String order : orders) {
      if (FILE.matcher(order).matches() && !Files.isReadable(Path.of(order))) {
        throw error(orders, "there is no readable file " + order);
      }
    }
  }

  /**
   * The orders on a grid.
   *
   * @throws UserError if one does not fit
   */
  static OrderSet on(List<String> orders, Grid grid) {
    List<PixelOrder> all = new ArrayList<>();
    for (String order : orders) {
      if (FILE.matcher(order).matches()) {
        all.add(read(orders, Path.of(order), grid));
      } else {
        all.addAll(parse(orders, List.of(order), grid).orders());
      }
    }
    try {
      return OrderSet.of(all);
    } catch (IllegalArgumentException e) {
      throw error(orders, e.getMessage());
    }
  }

  private static OrderSet parse(List<String> orders, List<String> names, Grid grid) {
    try {
      return OrderSet.parse(names, grid);
    } catch (IllegalArgumentException e) {
      throw error(orders, e.getMessage());
    }
  }

  private static PixelOrder read(List<String> orders, Path file, Grid grid) {
    try {
      List<String> lines = Files.readAllLines(file);
      int[] pixels = new int[lines.size()];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = pixel(file, i + 1, lines.get(i), grid);
      }
      return PixelOrder.of(file.getFileName().toString(), grid, pixels);
    } catch (IOException e) {
      throw error(orders, "there is no readable file " + file);
    } catch (IllegalArgumentException e) {
      throw error(orders, e.getMessage());
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

  private static UserError error(List<String> orders, String message) {
    return new UserError("orders=" + orders + ": " + message);
  }
}
