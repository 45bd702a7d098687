package org.lmconv.orders;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;

/** What the laws are tried on, for {@code @ForAll(supplier = ...)}. */
final class Any {
  private static final int LARGEST_SIDE = 9;

  private Any() {}

  static final class Rectangle implements ArbitrarySupplier<Grid> {
    @Override
    public Arbitrary<Grid> get() {
      Arbitrary<Integer> side = Arbitraries.integers().between(1, LARGEST_SIDE);
      return Combinators.combine(side, side).as(Grid::new);
    }
  }

  static final class Square implements ArbitrarySupplier<Grid> {
    @Override
    public Arbitrary<Grid> get() {
      return Arbitraries.integers().between(1, LARGEST_SIDE).map(side -> new Grid(side, side));
    }
  }

  /** Every kind in every variant that its grid allows, and arbitrary permutations. */
  static final class Order implements ArbitrarySupplier<PixelOrder> {
    @Override
    public Arbitrary<PixelOrder> get() {
      return new Rectangle()
          .get()
          .flatMap(grid -> Arbitraries.oneOf(List.of(turned(grid), shuffled(grid))));
    }
  }

  /** An order and some pixels of its grid, from none to all. */
  record OrderAndRegion(PixelOrder order, Region region) {}

  static final class RegionOfOrder implements ArbitrarySupplier<OrderAndRegion> {
    @Override
    public Arbitrary<OrderAndRegion> get() {
      return new Order()
          .get()
          .flatMap(order -> some(order.grid()).map(region -> new OrderAndRegion(order, region)));
    }
  }

  static final class Kernel implements ArbitrarySupplier<KernelShape> {
    @Override
    public Arbitrary<KernelShape> get() {
      return Combinators.combine(Arbitraries.of(1, 3, 5), Arbitraries.integers().between(1, 3))
          .as(KernelShape::new);
    }
  }

  /** The kinds that the grid allows. */
  static List<OrderKind> kinds(Grid grid) {
    boolean powerOfTwo = grid.isSquare() && Integer.bitCount(grid.height()) == 1;
    return Arrays.stream(OrderKind.values())
        .filter(kind -> kind != OrderKind.HILBERT || powerOfTwo)
        .toList();
  }

  private static Arbitrary<PixelOrder> turned(Grid grid) {
    return Combinators.combine(
            Arbitraries.of(kinds(grid)),
            Arbitraries.of(Symmetry.values()).filter(symmetry -> symmetry.fits(grid)))
        .as((kind, symmetry) -> symmetry.apply(kind.on(grid)));
  }

  private static Arbitrary<PixelOrder> shuffled(Grid grid) {
    List<Integer> pixels = IntStream.range(0, grid.pixels()).boxed().toList();
    return Arbitraries.shuffle(pixels)
        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
        .map(permutation -> PixelOrder.of("shuffled", grid, permutation));
  }

  private static Arbitrary<Region> some(Grid grid) {
    return Arbitraries.integers()
        .between(0, grid.pixels() - 1)
        .set()
        .map(pixels -> Region.of("some", grid, bits(pixels)));
  }

  private static BitSet bits(Set<Integer> pixels) {
    BitSet bits = new BitSet();
    pixels.forEach(bits::set);
    return bits;
  }
}
