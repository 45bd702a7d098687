package org.lmconv.orders;

import java.util.BitSet;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes with our code what the name of a golden array says. */
final class GoldenOrders {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<kind>raster_scan|s_curve|gilbert2d|hilbert)(?<center>_center_quarter_last)?"
              + "(?:_aug(?<before>\\d))?_(?<h>\\d+)x(?<w>\\d+)(?:_aug(?<after>\\d))?");
  private static final Map<String, OrderKind> KINDS =
      Map.of(
          "raster_scan", OrderKind.RASTER,
          "s_curve", OrderKind.S_CURVE,
          "gilbert2d", OrderKind.GILBERT,
          "hilbert", OrderKind.HILBERT);

  private GoldenOrders() {}

  /** The order of names such as gilbert2d_5x7_aug3, or s_curve_aug3_28x28 in the masks' file. */
  static PixelOrder named(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a golden order: " + name);
    }
    Grid grid = new Grid(Integer.parseInt(parts.group("h")), Integer.parseInt(parts.group("w")));
    String variant = parts.group("before") == null ? parts.group("after") : parts.group("before");
    PixelOrder order =
        Symmetry.of(variant == null ? 0 : Integer.parseInt(variant))
            .apply(KINDS.get(parts.group("kind")).on(grid));
    return parts.group("center") == null ? order : order.withLast(Region.parse("center", grid));
  }

  /** The pixels of an int32 array [pixels, 2] of (row, column). */
  static int[] pixels(Grid grid, int[] places) {
    int[] pixels = new int[places.length / 2];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = grid.pixel(places[2 * i], places[2 * i + 1]);
    }
    return pixels;
  }

  /** The region of an int32 array [pixels, 2] of (row, column). */
  static Region region(String name, Grid grid, int[] places) {
    BitSet bits = new BitSet();
    for (int pixel : pixels(grid, places)) {
      bits.set(pixel);
    }
    return Region.of(name, grid, bits);
  }
}
