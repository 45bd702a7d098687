package org.lmconv.orders;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the laws are tried on, drawn from a seed. */
public final class Any {
  /**
   * A test that takes a seed, and runs once for each of the {@link #seeds}: the seed of a failure
   * is in its name.
   */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("org.lmconv.orders.Any#seeds")
  public @interface Seeded {}

  private static final int LARGEST_SIDE = 9;

  private final SplittableRandom random;

  /** Draws the same things in the same sequence for the same seed. */
  public Any(int seed) {
    random = new SplittableRandom(seed);
  }

  /** How often laws are tried: what the system property {@code lmconv.tries} says, or 20. */
  public static int tries() {
    return Integer.getInteger("lmconv.tries", 20);
  }

  /** As many as there are {@link #tries}. */
  public static IntStream seeds() {
    return IntStream.range(0, tries());
  }

  /** A number from {@code least} to {@code most}. */
  public int number(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /** Any 64 bits. */
  public long bits() {
    return random.nextLong();
  }

  /** One of these, each as likely. */
  @SafeVarargs
  public final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A rectangle with sides of at most nine. */
  public Grid grid() {
    return new Grid(number(1, LARGEST_SIDE), number(1, LARGEST_SIDE));
  }

  /** A square with a side of at most nine. */
  public Grid square() {
    int side = number(1, LARGEST_SIDE);
    return new Grid(side, side);
  }

  /** An order on some grid. */
  public PixelOrder order() {
    return order(grid());
  }

  /** A kind in a variant, of those that the grid allows, or a permutation. */
  public PixelOrder order(Grid grid) {
    if (random.nextBoolean()) {
      Symmetry[] fitting =
          Arrays.stream(Symmetry.values()).filter(s -> s.fits(grid)).toArray(Symmetry[]::new);
      return of(fitting).apply(of(kinds(grid).toArray(OrderKind[]::new)).on(grid));
    }
    return PixelOrder.of("shuffled", grid, permutation(grid.pixels()));
  }

  /** 0 to {@code size} − 1, shuffled. */
  public int[] permutation(int size) {
    int[] items = new int[size];
    for (int i = 0; i < size; i++) {
      int j = number(0, i);
      items[i] = items[j];
      items[j] = i;
    }
    return items;
  }

  /** Some pixels, from none to all. */
  public Region region(Grid grid) {
    int share = number(0, 4); // of four
    BitSet pixels = new BitSet();
    for (int pixel = 0; pixel < grid.pixels(); pixel++) {
      pixels.set(pixel, number(1, 4) <= share);
    }
    return Region.of("some", grid, pixels);
  }

  /** A kernel of 1 to 25 taps, which are up to three pixels apart. */
  public KernelShape kernel() {
    return new KernelShape(of(1, 3, 5), number(1, 3));
  }

  /** The kinds that the grid allows. */
  static List<OrderKind> kinds(Grid grid) {
    boolean powerOfTwo = grid.isSquare() && Integer.bitCount(grid.height()) == 1;
    return Arrays.stream(OrderKind.values())
        .filter(kind -> kind != OrderKind.HILBERT || powerOfTwo)
        .toList();
  }
}
