package org.lmconv.model;

import java.io.Serializable;

/**
 * The levels of a subpixel: the {@code bits} high bits of its uint8 value, spread evenly over [-1,
 * 1], so level {@code l} of {@code 2^bits} becomes {@code 2 l / (2^bits - 1) - 1}.
 *
 * @param bits 1 (binary: values from 128 on are 1) to 8 (as stored)
 */
public record PixelLevels(int bits) implements Serializable {

  /**
   * @throws IllegalArgumentException if {@code bits} is not 1 to 8
   */
  public PixelLevels {
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException("bits per subpixel is 1 to 8, got " + bits);
    }
  }

  /** Number of levels, {@code 2^bits}. */
  public int count() {
    return 1 << bits;
  }

  /**
   * The network's input for a stored value.
   *
   * @param pixel uint8 value; only the low 8 bits are read, so a signed byte will do
   * @return a level in [-1, 1]
   */
  public float input(int pixel) {
    return inputOfLevel((pixel & 0xFF) >> (8 - bits));
  }

  /**
   * The network's input for a level.
   *
   * @param level 0 to {@code count() - 1}
   * @return a value in [-1, 1]
   */
  public float inputOfLevel(int level) {
    return (float) (2.0 * level / (count() - 1) - 1.0);
  }

  /**
   * The level nearest to a number, as the network's input.
   *
   * @param x any finite number; beyond [-1, 1] the outermost levels are nearest
   * @return a level in [-1, 1]
   */
  public float nearest(double x) {
    double level = Math.floor((x + 1) / 2 * (count() - 1) + 0.5);
    return inputOfLevel((int) Math.max(0, Math.min(count() - 1, level)));
  }

  /**
   * The value to store for a level, spread over 0 to 255, so that pictures have their full range.
   *
   * @param input a level in [-1, 1]
   * @return uint8 value whose {@link #input} is the level
   */
  public int pixel(float input) {
    return (int) Math.round((input + 1.0) / 2 * 255);
  }
}
