package org.lmconv.jobs.conf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lmconv.jobs.base.UserError;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * The value of a key that lists orders.
 *
 * @param key for messages
 * @param texts each as {@link Text} reads it
 */
public record Orders(String key, List<String> texts) {
  /** Fits every kind of order, and every region but boxes and files. */
  static final Grid ANY_GRID = new Grid(4, 4);

  private static final Pattern PLACE = Pattern.compile("\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})\\s*");

  /**
   * Checks the spelling.
   *
   * @throws UserError if an order is misspelt or named twice, or there is none
   */
  public void requireNames() {
    check(
        () -> {
          parsed().forEach(Text::requireSpelling);
          requireDifferent(Text::fitsEveryGrid, ANY_GRID);
        });
  }

  /**
   * Checks all that needs no file.
   *
   * @throws UserError if an order is misspelt or named twice or does not fit, or there is none
   */
  public void requireNamesOn(Grid grid) {
    check(() -> requireDifferent(Text::readsNoFile, grid));
  }

  private void requireDifferent(Predicate<Text> known, Grid grid) {
    List<PixelOrder> orders = parsed().filter(known).flatMap(text -> text.on(grid)).toList();
    if (!orders.isEmpty() || texts.isEmpty()) {
      OrderSet.of(orders);
    }
  }

  /**
   * Checks that files are there: for orders that were typed, not for those of a checkpoint.
   *
   * @throws UserError if one is not
   */
  public void requireFiles() {
    check(() -> parsed().forEach(Text::requireFiles));
  }

  /**
   * The orders on a grid.
   *
   * @throws UserError if one does not fit, or its file cannot be read
   */
  public OrderSet on(Grid grid) {
    return told(() -> OrderSet.of(parsed().flatMap(text -> text.on(grid)).toList()));
  }

  private Stream<Text> parsed() {
    return texts.stream().map(Text::of);
  }

  private void check(Runnable body) {
    told(
        () -> {
          body.run();
          return true;
        });
  }

  private <T> T told(Supplier<T> body) {
    try {
      return body.get();
    } catch (IllegalArgumentException e) {
      throw new UserError(key + "=" + texts + ": " + e.getMessage(), e);
    }
  }

  /**
   * An order as users write it: a name, or a file with a line "row,col" per pixel, each with or
   * without a region to be visited last. Whatever is wrong is an {@code IllegalArgumentException}.
   *
   * @param order kind/variant, kind/* or the path of a file
   * @param region as {@link Regions} reads it; empty is none
   */
  private record Text(String order, String region) {
    private static final Pattern FILE = Pattern.compile(".*\\.(csv|txt)");
    private static final Pattern FILE_AND_REGION = Pattern.compile("(.*\\.(?:csv|txt))\\+(.*)");
    private static final Pattern NAME_AND_REGION = Pattern.compile("([^+]*)\\+(.*)");

    static Text of(String text) {
      if (FILE.matcher(text).matches()) {
        return new Text(text, ""); // whose folders may have any name
      }
      for (Pattern pattern : List.of(FILE_AND_REGION, NAME_AND_REGION)) {
        Matcher parts = pattern.matcher(text);
        if (parts.matches()) {
          requireRegion(text, parts.group(2));
          return new Text(parts.group(1), parts.group(2));
        }
      }
      return new Text(text, "");
    }

    private static void requireRegion(String text, String region) {
      if (region.isEmpty()) {
        throw new IllegalArgumentException(
            "order %s ends with +; write a region behind it, such as +bottom".formatted(text));
      }
    }

    private boolean isFile() {
      return FILE.matcher(order).matches();
    }

    /** Whether nothing but the text says which order it is. */
    boolean readsNoFile() {
      return !isFile() && !Regions.isMask(region);
    }

    /** Whether the text alone says which order it is on every grid. */
    boolean fitsEveryGrid() {
      return !isFile() && (region.isEmpty() || Regions.fitsEveryGrid(region));
    }

    /** Checks the spelling, as far as it can be without a grid. */
    void requireSpelling() {
      if (!isFile()) {
        OrderSet.parse(List.of(order), ANY_GRID);
      }
      if (!region.isEmpty()) {
        Regions.requireSpelling(region);
      }
    }

    /** Checks that the files are there. */
    void requireFiles() {
      if (isFile() && !Files.isReadable(Path.of(order))) {
        throw new IllegalArgumentException("there is no readable file " + order);
      }
      Regions.requireFile(region);
    }

    /** The orders on a grid: more than one for kind/*. */
    Stream<PixelOrder> on(Grid grid) {
      Stream<PixelOrder> orders =
          isFile()
              ? Stream.of(file(Path.of(order), grid))
              : OrderSet.parse(List.of(order), grid).orders().stream();
      if (region.isEmpty()) {
        return orders;
      }
      Region last = Regions.parse(region, grid);
      return orders.map(each -> each.withLast(last));
    }
  }

  /**
   * The order, which has the name of the file.
   *
   * @throws IllegalArgumentException if the file cannot be read, or does not visit each pixel once
   */
  private static PixelOrder file(Path file, Grid grid) {
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
