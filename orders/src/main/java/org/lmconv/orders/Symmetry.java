package org.lmconv.orders;

import java.util.Arrays;

/**
 * The eight ways to lay an order on a square, numbered as variants 0 to 7. The bits of the number
 * say what is done: 4 transposes, and after that 1 flips the rows and 2 flips the columns.
 */
public enum Symmetry {
  IDENTITY,
  ROWS_FLIPPED,
  COLUMNS_FLIPPED,
  BOTH_FLIPPED,
  TRANSPOSED,
  TRANSPOSED_ROWS_FLIPPED,
  TRANSPOSED_COLUMNS_FLIPPED,
  TRANSPOSED_BOTH_FLIPPED;

  private static final String UNTURNED = "/0";

  /**
   * The symmetry of a variant's number.
   *
   * @throws IllegalArgumentException if {@code variant} is not 0 to 7
   */
  public static Symmetry of(int variant) {
    if (variant < 0 || variant >= values().length) {
      throw new IllegalArgumentException("variant must be 0 to 7, got " + variant);
    }
    return values()[variant];
  }

  public int variant() {
    return ordinal();
  }

  /** Whether the grid keeps its shape, which a transposed one does only if it is square. */
  public boolean fits(Grid grid) {
    return !transposes() || grid.isSquare();
  }

  /**
   * The order with each of its pixels moved to the symmetric place. Its name "kind/0" becomes
   * "kind/variant"; other names get "/variant" appended.
   *
   * @throws IllegalArgumentException if this symmetry does not fit the order's grid
   */
  public PixelOrder apply(PixelOrder order) {
    if (!fits(order.grid())) {
      throw new IllegalArgumentException(
          "variant %d of order %s transposes, which needs a square grid, got %s; use 0 to 3"
              .formatted(variant(), order.name(), order.grid()));
    }
    if (this == IDENTITY) {
      return order;
    }
    int[] moved = Arrays.stream(order.pixels()).map(pixel -> apply(order.grid(), pixel)).toArray();
    return PixelOrder.of(rename(order.name()), order.grid(), moved);
  }

  private int apply(Grid grid, int pixel) {
    int row = transposes() ? grid.col(pixel) : grid.row(pixel);
    int col = transposes() ? grid.row(pixel) : grid.col(pixel);
    return grid.pixel(
        flipsRows() ? grid.height() - 1 - row : row, flipsColumns() ? grid.width() - 1 - col : col);
  }

  private String rename(String name) {
    String kind =
        name.endsWith(UNTURNED) ? name.substring(0, name.length() - UNTURNED.length()) : name;
    return kind + "/" + variant();
  }

  private boolean flipsRows() {
    return (variant() & 1) != 0;
  }

  private boolean flipsColumns() {
    return (variant() & 2) != 0;
  }

  private boolean transposes() {
    return (variant() & 4) != 0;
  }
}
