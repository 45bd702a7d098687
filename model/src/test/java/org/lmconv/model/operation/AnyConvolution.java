package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lmconv.model.Gradients;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Any;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/** Small masked convolutions of all shapes. */
final class AnyConvolution {
  private AnyConvolution() {}

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

  /** A case of a seed. */
  static Case of(int seed) {
    Any any = new Any(seed);
    Grid grid = new Grid(any.number(1, 7), any.number(1, 7));
    Channels channels = new Channels(any.number(1, 3), any.number(1, 3), any.number(1, 3));
    return new Case(
        any.order(grid),
        observed(any, grid),
        any.kernel(),
        any.of(Centre.values()),
        channels,
        any.number(0, 1 << 20));
  }

  /** Mostly nothing, or a rectangle. */
  private static Region observed(Any any, Grid grid) {
    String box = "0:%d,0:%d".formatted(any.number(1, grid.height()), any.number(1, grid.width()));
    return switch (any.number(0, 3)) {
      case 0 -> Region.parse(box, grid);
      case 1 -> Region.parse(box, grid).complement();
      default -> Region.none(grid);
    };
  }
}
