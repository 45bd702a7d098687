package org.lmconv.orders;

import java.io.Serializable;

/**
 * The pixels of an image without their values: {@code height} rows of {@code width} columns. A
 * pixel is named by its row-major index, {@code row * width + col}.
 */
public record Grid(int height, int width) implements Serializable {
  /**
   * Checks the sides.
   *
   * @throws IllegalArgumentException if a side is below 1 or the pixels cannot be counted in an int
   */
  public Grid {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "grid " + height + "x" + width + " has no pixels; height and width must be at least 1");
    }
    if ((long) height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "grid " + height + "x" + width + " has more than " + Integer.MAX_VALUE + " pixels");
    }
  }

  public int pixels() {
    return height * width;
  }

  /**
   * The row-major index of a place.
   *
   * @throws IllegalArgumentException if the place is outside: unchecked, a column too large would
   *     silently be a pixel of the next row
   */
  public int pixel(int row, int col) {
    if (!contains(row, col)) {
      throw new IllegalArgumentException(
          "row " + row + ", column " + col + " is outside the grid " + this);
    }
    return row * width + col;
  }

  public int row(int pixel) {
    return pixel / width;
  }

  public int col(int pixel) {
    return pixel % width;
  }

  public boolean contains(int row, int col) {
    return row >= 0 && row < height && col >= 0 && col < width;
  }

  public boolean isSquare() {
    return height == width;
  }

  /** Height x width, as in "28x28". */
  @Override
  public String toString() {
    return height + "x" + width;
  }
}
