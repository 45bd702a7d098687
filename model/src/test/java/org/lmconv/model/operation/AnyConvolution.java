package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.lmconv.model.Gradients;
import org.lmconv.model.Seeds;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;
import org.lmconv.orders.Symmetry;

/** Small masked convolutions of all shapes, for {@code @ForAll(supplier = ...)}. */
final class AnyConvolution implements ArbitrarySupplier<AnyConvolution.Case> {

  /** Sizes N, C and O. */
  record Channels(int images, int inputs, int outputs) {}

  /** One convolution; its numbers are drawn from the seed. */
  record Case(
      PixelOrder order,
      Region observed,
      KernelShape kernel,
      Centre centre,
      Channels channels,
      int seed) {
    KernelMask mask() {
      return KernelMask.of(order, kernel, centre, observed);
    }

    float[] x() {
      return Gradients.upstream(channels.images() * channels.inputs() * order.size(), seed);
    }

    float[] weight() {
      int outputs = channels.outputs();
      return Gradients.upstream(outputs * channels.inputs() * kernel.taps(), seed + 1L);
    }

    float[] bias() {
      return Gradients.upstream(channels.outputs(), seed + 2L);
    }

    NDArray input(NDManager manager) {
      Grid grid = order.grid();
      return Tensors.copyOf(
          manager,
          x(),
          new Shape(channels.images(), channels.inputs(), grid.height(), grid.width()));
    }

    NDArray bias(NDManager manager) {
      return Tensors.copyOf(manager, bias(), new Shape(channels.outputs()));
    }

    /** {@code values} as a weight of the given kernel size. */
    NDArray weight(NDManager manager, float[] values, int size) {
      return Tensors.copyOf(
          manager, values, new Shape(channels.outputs(), channels.inputs(), size, size));
    }
  }

  @Override
  public Arbitrary<Case> get() {
    Arbitrary<Integer> sides = Arbitraries.integers().between(1, 7);
    Arbitrary<Grid> grids = Combinators.combine(sides, sides).as(Grid::new);
    Arbitrary<KernelShape> kernels =
        Combinators.combine(Arbitraries.of(1, 3, 5), Arbitraries.integers().between(1, 3))
            .as(KernelShape::new);
    Arbitrary<Integer> few = Arbitraries.integers().between(1, 3);
    return Combinators.combine(
            grids.flatMap(AnyConvolution::orders),
            kernels,
            Arbitraries.of(Centre.class),
            Combinators.combine(few, few, few).as(Channels::new),
            Arbitraries.integers())
        .flatAs(
            (order, kernel, centre, channels, seed) ->
                observed(order.grid())
                    .map(region -> new Case(order, region, kernel, centre, channels, seed)));
  }

  /** Mostly nothing, or a rectangle. */
  private static Arbitrary<Region> observed(Grid grid) {
    Arbitrary<Integer> rows = Arbitraries.integers().between(1, grid.height());
    Arbitrary<Integer> cols = Arbitraries.integers().between(1, grid.width());
    Arbitrary<Region> corner =
        Combinators.combine(rows, cols)
            .as((height, width) -> Region.parse("0:" + height + ",0:" + width, grid));
    return Arbitraries.frequencyOf(
        Tuple.of(2, Arbitraries.just(Region.none(grid))),
        Tuple.of(1, corner),
        Tuple.of(1, corner.map(Region::complement)));
  }

  /** The kinds that fit any grid in their variants, and arbitrary permutations. */
  private static Arbitrary<PixelOrder> orders(Grid grid) {
    Arbitrary<PixelOrder> turned =
        Combinators.combine(
                Arbitraries.of(OrderKind.RASTER, OrderKind.S_CURVE, OrderKind.GILBERT),
                Arbitraries.of(Symmetry.values()).filter(symmetry -> symmetry.fits(grid)))
            .as((kind, symmetry) -> symmetry.apply(kind.on(grid)));
    Arbitrary<PixelOrder> shuffled =
        Arbitraries.longs()
            .map(seed -> PixelOrder.of("any", grid, Seeds.permutation(seed, grid.pixels())));
    return Arbitraries.oneOf(turned, shuffled);
  }
}
