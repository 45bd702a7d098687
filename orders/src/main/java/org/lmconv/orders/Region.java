package org.lmconv.orders;

import java.io.Serializable;
import java.util.BitSet;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any set of pixels of a grid, with a name: a hole to fill, or what is observed around it.
 * Immutable. Two regions are equal if they hold the same pixels of the same grid; the name is only
 * a label.
 */
public final class Region implements Serializable {
  private static final long serialVersionUID = 1;

  private static final Pattern BOX = Pattern.compile("(\\d{1,9}):(\\d{1,9}),(\\d{1,9}):(\\d{1,9})");
  private static final String NOT = "not-";

  private final String name;
  private final Grid grid;
  private final BitSet pixels;

  private Region(String name, Grid grid, BitSet pixels) {
    this.name = name;
    this.grid = grid;
    this.pixels = pixels;
  }

  /**
   * Reads a region as users write it.
   *
   * <ul>
   *   <li>{@code all}
   *   <li>{@code top}, {@code left}: the first half of the rows or columns, rounded down; {@code
   *       bottom}, {@code right}: the others
   *   <li>{@code center}: all but a quarter of the side, rounded down, at each edge; {@code
   *       border}: the others
   *   <li>{@code r0:r1,c0:c1}: rows r0 to r1-1 and columns c0 to c1-1
   * </ul>
   *
   * @throws IllegalArgumentException if the text is none of these, reaches outside the grid, or
   *     names no pixel at all (such as the top of a single row)
   */
  public static Region parse(String text, Grid grid) {
    int h = grid.height();
    int w = grid.width();
    Region region =
        switch (text) {
          case "all" -> box(text, grid, 0, h, 0, w);
          case "top" -> box(text, grid, 0, h / 2, 0, w);
          case "bottom" -> box(text, grid, h / 2, h, 0, w);
          case "left" -> box(text, grid, 0, h, 0, w / 2);
          case "right" -> box(text, grid, 0, h, w / 2, w);
          case "center" -> box(text, grid, h / 4, h - h / 4, w / 4, w - w / 4);
          case "border" -> of(text, grid, parse("center", grid).complement().pixels);
          default -> parseBox(text, grid);
        };
    if (region.size() == 0) {
      throw new IllegalArgumentException(
          "region " + text + " has no pixels on a " + grid + " grid; use a larger region");
    }
    return region;
  }

  /**
   * Whether {@link #parse} takes a text for a box, r0:r1,c0:c1, which fits some grids and others
   * not. All other texts mean the same on every grid.
   */
  public static boolean isBox(String text) {
    return BOX.matcher(text).matches();
  }

  /**
   * The region of the set bits of {@code pixels}, which is copied.
   *
   * @throws IllegalArgumentException if a bit lies beyond the grid
   */
  public static Region of(String name, Grid grid, BitSet pixels) {
    if (pixels.length() > grid.pixels()) {
      throw new IllegalArgumentException(
          "region %s has pixel %d, but a %s grid ends at pixel %d"
              .formatted(name, pixels.length() - 1, grid, grid.pixels() - 1));
    }
    return new Region(Objects.requireNonNull(name, "name"), grid, (BitSet) pixels.clone());
  }

  /** The region without pixels. */
  public static Region none(Grid grid) {
    return new Region("none", grid, new BitSet());
  }

  private static Region parseBox(String text, Grid grid) {
    Matcher box = BOX.matcher(text);
    if (!box.matches()) {
      throw new IllegalArgumentException(
          ("region %s is unknown; use all, top, bottom, left, right, center, border"
                  + " or r0:r1,c0:c1 with the ends left out, such as 0:%d,0:%d")
              .formatted(text, grid.height(), grid.width()));
    }
    int top = Integer.parseInt(box.group(1));
    int bottom = Integer.parseInt(box.group(2));
    int left = Integer.parseInt(box.group(3));
    int right = Integer.parseInt(box.group(4));
    if (top >= bottom || bottom > grid.height() || left >= right || right > grid.width()) {
      throw new IllegalArgumentException(
          "region %s does not fit a %s grid; need r0 < r1 <= %d and c0 < c1 <= %d"
              .formatted(text, grid, grid.height(), grid.width()));
    }
    return box(text, grid, top, bottom, left, right);
  }

  private static Region box(String name, Grid grid, int top, int bottom, int left, int right) {
    BitSet pixels = new BitSet(grid.pixels());
    for (int row = top; row < bottom; row++) {
      pixels.set(row * grid.width() + left, row * grid.width() + right);
    }
    return new Region(name, grid, pixels);
  }

  public boolean contains(int pixel) {
    return pixels.get(pixel);
  }

  /** The number of pixels. */
  public int size() {
    return pixels.cardinality();
  }

  public Grid grid() {
    return grid;
  }

  public String name() {
    return name;
  }

  /** The other pixels of the grid, named "not-" and this name, or the reverse. */
  public Region complement() {
    BitSet others = (BitSet) pixels.clone();
    others.flip(0, grid.pixels());
    String label = name.startsWith(NOT) ? name.substring(NOT.length()) : NOT + name;
    return new Region(label, grid, others);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Region region
        && grid.equals(region.grid)
        && pixels.equals(region.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * grid.hashCode() + pixels.hashCode();
  }

  @Override
  public String toString() {
    return name + " of " + grid;
  }
}
