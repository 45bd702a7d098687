package org.lmconv.orders;

/**
 * A square convolution kernel: {@code size} by {@code size} taps, {@code dilation} pixels apart,
 * the middle one on the pixel that is computed. Taps are numbered row-major from the top left.
 */
public record KernelShape(int size, int dilation) {
  /**
   * Checks both numbers.
   *
   * @throws IllegalArgumentException if {@code size} is even or below 1, or {@code dilation} below
   *     1
   */
  public KernelShape {
    if (size < 1 || size % 2 == 0) {
      throw new IllegalArgumentException(
          "kernel size must be odd and at least 1, got " + size + "; use 3, for example");
    }
    if (dilation < 1) {
      throw new IllegalArgumentException(
          "dilation must be at least 1, got " + dilation + "; 1 leaves no gaps between taps");
    }
  }

  public int taps() {
    return size * size;
  }

  /** How many rows below the centre this tap reads; negative is above. */
  public int rowOffset(int tap) {
    return (tap / size - size / 2) * dilation;
  }

  /** How many columns right of the centre this tap reads; negative is left. */
  public int colOffset(int tap) {
    return (tap % size - size / 2) * dilation;
  }

  /** The tap that reads the pixel itself. */
  public int centre() {
    return taps() / 2;
  }
}
