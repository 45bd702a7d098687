package org.lmconv.jobs.conf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/**
 * The value of a key that lists orders. Each method throws a {@code UserError} where it finds that
 * the value is wrong.
 *
 * @param key for messages
 * @param texts each as {@link Text} reads it
 */
public record Orders(String key, List<String> texts) {
  /** Fits every kind of order, and every region but boxes and files. */
  static final Grid ANY_GRID = new Grid(4, 4);

  private static final Pattern PLACE = Pattern.compile("\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})\\s*");

  /** Checks that there is an order, and that none is misspelt or named twice. */
  public void requireNames() {
    Bounds.told(
        key,
        texts,
        () -> {
          parsed().forEach(Text::requireSpelling);
          List<PixelOrder> known =
              parsed().filter(Text::fitsEveryGrid).flatMap(text -> text.on(ANY_GRID)).toList();
          if (!known.isEmpty() || texts.isEmpty()) {
            OrderSet.of(known);
          }
        });
  }

  /** Checks that files are there: for orders that were typed, not for those of a checkpoint. */
  public void requireFiles() {
    Bounds.told(key, texts, () -> parsed().forEach(Text::requireFiles));
  }

  /** The orders on a grid, which they must fit, and whose files must be readable. */
  public OrderSet on(Grid grid) {
    return Bounds.told(
        key, texts, () -> OrderSet.of(parsed().flatMap(text -> text.on(grid)).toList()));
  }

  private Stream<Text> parsed() {
    return texts.stream().map(Text::of);
  }

  /**
   * An order as users write it: a name, or a file with a line "row,col" per pixel, each with or
   * without a region to be visited last. Whatever is wrong is an {@code IllegalArgumentException}.
   *
   * @param order kind/variant, kind/* or the path of a file
   * @param region as {@link Regions} reads it
   */
  private record Text(String order, Optional<String> region) {
    // A file's folders may have any name, also one with a plus.
    private static final Pattern FORM = Pattern.compile("(?s)(.*\\.(?:csv|txt)|[^+]*)(?:\\+(.*))?");

    static Text of(String text) {
      Matcher parts = FORM.matcher(text);
      if (!parts.matches() || "".equals(parts.group(2))) {
        throw new IllegalArgumentException(
            "order %s ends with +; write a region behind it, such as +bottom".formatted(text));
      }
      return new Text(parts.group(1), Optional.ofNullable(parts.group(2)));
    }

    private boolean isFile() {
      return order.endsWith(".csv") || order.endsWith(".txt");
    }

    /** Whether the text alone says which order it is on every grid. */
    boolean fitsEveryGrid() {
      return !isFile() && region.map(Regions::fitsEveryGrid).orElse(true);
    }

    /** Checks the spelling, as far as it can be without a grid. */
    void requireSpelling() {
      if (!isFile()) {
        OrderSet.parse(List.of(order), ANY_GRID);
      }
      region.ifPresent(Regions::requireSpelling);
    }

    void requireFiles() {
      if (isFile() && !Files.isReadable(Path.of(order))) {
        throw noFile(order, null);
      }
      region.ifPresent(Regions::requireFile);
    }

    /** The orders on a grid: more than one for kind/*. */
    Stream<PixelOrder> on(Grid grid) {
      List<PixelOrder> orders =
          isFile()
              ? List.of(file(Path.of(order), grid))
              : OrderSet.parse(List.of(order), grid).orders();
      Optional<Region> last = region.map(text -> Regions.parse(text, grid));
      return orders.stream().map(each -> last.map(each::withLast).orElse(each));
    }
  }

  private static PixelOrder file(Path file, Grid grid) {
    try {
      List<String> lines = Files.readAllLines(file);
      int[] pixels = new int[lines.size()];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = pixel(file, i + 1, lines.get(i), grid);
      }
      return PixelOrder.of(file.getFileName().toString(), grid, pixels);
    } catch (IOException e) {
      throw noFile(file.toString(), e);
    }
  }

  private static IllegalArgumentException noFile(String file, IOException cause) {
    return new IllegalArgumentException("there is no readable file " + file, cause);
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
