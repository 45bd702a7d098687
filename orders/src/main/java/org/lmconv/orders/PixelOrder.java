package org.lmconv.orders;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The order π in which an autoregressive model visits the pixels of a grid: step t predicts pixel
 * π(t) from the pixels of steps 0 to t-1. Immutable. Two orders are equal if they visit the same
 * grid in the same sequence; the name is only a label.
 */
public final class PixelOrder implements Serializable {
  private static final long serialVersionUID = 1;

  private final String name;
  private final Grid grid;
  private final int[] pixels; // [steps] -> pixel
  private final int[] steps; // [pixels] -> step

  private PixelOrder(String name, Grid grid, int[] pixels) {
    this.name = name;
    this.grid = grid;
    this.pixels = pixels;
    this.steps = invert(name, grid, pixels);
  }

  /**
   * An order that visits {@code pixels[0]} first.
   *
   * @param pixels [steps] row-major pixel indices, a permutation of 0 to {@code grid.pixels() - 1}
   * @throws IllegalArgumentException if {@code pixels} is no such permutation
   */
  public static PixelOrder of(String name, Grid grid, int[] pixels) {
    return new PixelOrder(Objects.requireNonNull(name, "name"), grid, pixels.clone());
  }

  private static int[] invert(String name, Grid grid, int[] pixels) {
    String order = "order " + name + " on " + grid;
    if (pixels.length != grid.pixels()) {
      throw new IllegalArgumentException(
          order + " must visit each of " + grid.pixels() + " pixels once, got " + pixels.length);
    }
    int[] steps = new int[pixels.length];
    Arrays.fill(steps, -1);
    for (int step = 0; step < pixels.length; step++) {
      int pixel = pixels[step];
      if (pixel < 0 || pixel >= steps.length) {
        throw new IllegalArgumentException(
            "%s has pixel %d at step %d; pixels are 0 to %d"
                .formatted(order, pixel, step, steps.length - 1));
      }
      if (steps[pixel] >= 0) {
        throw new IllegalArgumentException(
            "%s visits pixel %d at steps %d and %d; each pixel must come once"
                .formatted(order, pixel, steps[pixel], step));
      }
      steps[pixel] = step;
    }
    return steps;
  }

  public String name() {
    return name;
  }

  public Grid grid() {
    return grid;
  }

  /** The number of steps, which is the number of pixels. */
  public int size() {
    return pixels.length;
  }

  public int pixelAt(int step) {
    return pixels[step];
  }

  public int stepOf(int pixel) {
    return steps[pixel];
  }

  /** The pixels in the order of their steps, as a copy. */
  public int[] pixels() {
    return pixels.clone();
  }

  /** Whether {@code pixel} is visited strictly earlier than {@code other}. */
  public boolean precedes(int pixel, int other) {
    return steps[pixel] < steps[other];
  }

  /**
   * This order with the pixels of {@code region} moved to the end, so that the region is predicted
   * from everything around it. Inside and outside the region the pixels keep their sequence.
   *
   * @throws IllegalArgumentException if the region belongs to another grid
   */
  public PixelOrder withLast(Region region) {
    requireSameGrid(region);
    IntPredicate inside = region::contains;
    int[] moved =
        IntStream.concat(
                Arrays.stream(pixels).filter(inside.negate()), Arrays.stream(pixels).filter(inside))
            .toArray();
    return new PixelOrder(name + "+" + region.name(), grid, moved);
  }

  /**
   * Whether every pixel outside {@code region} comes before every pixel inside. Only then is the
   * sum of the region's log probabilities its likelihood given the rest of the image.
   *
   * @throws IllegalArgumentException if the region belongs to another grid
   */
  public boolean visitsLast(Region region) {
    requireSameGrid(region);
    return Arrays.stream(pixels, size() - region.size(), size()).allMatch(region::contains);
  }

  void requireSameGrid(Region region) {
    if (!region.grid().equals(grid)) {
      throw new IllegalArgumentException(
          "region %s is on grid %s but order %s is on %s; make both for the same grid"
              .formatted(region.name(), region.grid(), name, grid));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PixelOrder order
        && grid.equals(order.grid)
        && Arrays.equals(pixels, order.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * grid.hashCode() + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return name + " on " + grid;
  }
}
