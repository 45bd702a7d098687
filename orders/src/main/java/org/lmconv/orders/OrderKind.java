package org.lmconv.orders;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The families of orders. */
public enum OrderKind {
  /** Row by row, each from left to right. */
  RASTER(grid -> IntStream.range(0, grid.pixels()).toArray()),
  /** Row by row, alternately from left to right and from right to left. */
  S_CURVE(OrderKind::sCurve),
  /** The Hilbert curve; squares with a power of two as side only. */
  HILBERT(OrderKind::hilbert),
  /** The generalised Hilbert curve; any rectangle. */
  GILBERT(grid -> GilbertCurve.pixels(grid, grid.height() >= grid.width()));

  private final Function<Grid, int[]> curve;

  OrderKind(Function<Grid, int[]> curve) {
    this.curve = curve;
  }

  private static int[] sCurve(Grid grid) {
    int last = grid.width() - 1;
    return IntStream.range(0, grid.pixels())
        .map(i -> grid.row(i) % 2 == 0 ? i : grid.pixel(grid.row(i), last - grid.col(i)))
        .toArray();
  }

  /** On such squares the generalised curve is Hilbert's. */
  private static int[] hilbert(Grid grid) {
    if (!grid.isSquare() || Integer.bitCount(grid.height()) != 1) {
      throw new IllegalArgumentException(
          ("order hilbert needs a square grid whose side is a power of two, got %s;"
                  + " use gilbert, which fits any rectangle")
              .formatted(grid));
    }
    return GilbertCurve.pixels(grid, false);
  }

  /** The name that users write: "raster", "s_curve", "hilbert" or "gilbert". */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of a {@link #key}.
   *
   * @throws IllegalArgumentException if there is none; the message names the nearest
   */
  public static OrderKind parse(String key) {
    List<String> keys = Stream.of(values()).map(OrderKind::key).toList();
    if (!keys.contains(key)) {
      throw new IllegalArgumentException(
          "order kind %s is unknown; did you mean %s? Kinds are %s"
              .formatted(key, Spelling.nearest(key, keys), String.join(", ", keys)));
    }
    return values()[keys.indexOf(key)];
  }

  /**
   * This order on a grid, as variant 0 with the name "key/0".
   *
   * @throws IllegalArgumentException if this is {@link #HILBERT} and does not fit the grid
   */
  public PixelOrder on(Grid grid) {
    return PixelOrder.of(key() + "/0", grid, curve.apply(grid));
  }
}
