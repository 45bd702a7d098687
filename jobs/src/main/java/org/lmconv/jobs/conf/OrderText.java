package org.lmconv.jobs.conf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * An order as users write it: a name, or a file with a line "row,col" per pixel, each with or
 * without a region to be visited last. Whatever is wrong is an {@code IllegalArgumentException}.
 *
 * @param order kind/variant, kind/* or the path of a file
 * @param region as {@link Regions} reads it; empty is none
 */
record OrderText(String order, String region) {
  /** Fits every kind of order, and every region but boxes and files. */
  static final Grid ANY_GRID = new Grid(4, 4);

  private static final Pattern FILE = Pattern.compile(".*\\.(csv|txt)");
  private static final Pattern FILE_AND_REGION = Pattern.compile("(.*\\.(?:csv|txt))\\+(.*)");
  private static final Pattern NAME_AND_REGION = Pattern.compile("([^+]*)\\+(.*)");

  static OrderText of(String text) {
    if (FILE.matcher(text).matches()) {
      return new OrderText(text, ""); // whose folders may have any name
    }
    for (Pattern pattern : List.of(FILE_AND_REGION, NAME_AND_REGION)) {
      Matcher parts = pattern.matcher(text);
      if (parts.matches()) {
        requireRegion(text, parts.group(2));
        return new OrderText(parts.group(1), parts.group(2));
      }
    }
    return new OrderText(text, "");
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
            ? Stream.of(OrderFile.read(Path.of(order), grid))
            : OrderSet.parse(List.of(order), grid).orders().stream();
    if (region.isEmpty()) {
      return orders;
    }
    Region last = Regions.parse(region, grid);
    return orders.map(each -> each.withLast(last));
  }
}
