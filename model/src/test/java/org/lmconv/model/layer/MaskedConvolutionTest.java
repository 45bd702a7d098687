package org.lmconv.model.layer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.lmconv.model.layer.AnyConvolution.Case;
import org.lmconv.model.layer.AnyConvolution.Channels;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.OrderKind;

/** The masked convolution against its definition. */
class MaskedConvolutionTest {
  /**
   * At most 76 terms of size 1 at most, so sums of about 5 and below 76 in the worst case; float32
   * rounds each partial sum by 6e-8 of it.
   */
  private static final double TOLERANCE = 1e-5;

  @Property(tries = 300)
  void equalsTheSlowReference(@ForAll(supplier = AnyConvolution.class) Case some) {
    assertEqualsSlowReference(some);
  }

  @Test
  void gridsSmallerThanTheReachOfTheKernel() {
    for (Centre centre : Centre.values()) {
      for (int height = 1; height <= 2; height++) {
        for (int width = 1; width <= 3; width++) {
          Grid grid = new Grid(height, width);
          assertEqualsSlowReference(
              new Case(
                  OrderKind.S_CURVE.on(grid),
                  new KernelShape(5, 3),
                  centre,
                  new Channels(2, 3, 2),
                  1));
        }
      }
    }
  }

  private static void assertEqualsSlowReference(Case some) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      int size = some.kernel().size();
      NDArray y =
          MaskedConvolution.of(manager, some.mask())
              .apply(
                  some.input(manager),
                  some.weight(manager, some.weight(), size),
                  some.bias(manager));
      double[] expected =
          new SlowMaskedConvolution(some.mask())
              .apply(some.x(), some.weight(), some.bias(), some.channels().images());
      Grid grid = some.order().grid();
      assertThatTensor(y)
          .as(some.toString())
          .hasShape(
              some.channels().images(), some.channels().outputs(), grid.height(), grid.width())
          .isCloseTo(expected, TOLERANCE);
    }
  }

  /** In raster order a mask is the same at every pixel, so PixelCNN can zero weights instead. */
  @Property(tries = 100)
  void rasterOrderIsAnOrdinaryMaskedConvolution(
      @ForAll(supplier = AnyConvolution.class) Case some) {
    Case raster =
        new Case(
            OrderKind.RASTER.on(some.order().grid()),
            some.kernel(),
            some.centre(),
            some.channels(),
            some.seed());
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray x = raster.input(manager);
      NDArray bias = raster.bias(manager);
      int size = raster.kernel().size();
      NDArray y =
          MaskedConvolution.of(manager, raster.mask())
              .apply(x, raster.weight(manager, raster.weight(), size), bias);
      int spread = (size - 1) * raster.kernel().dilation() + 1;
      NDArray weight = raster.weight(manager, zeroedAndSpread(raster, spread), spread);
      NDArray expected = Tensors.conv2d(Tensors.pad2d(x, spread / 2), weight, bias);
      assertThatTensor(y).as(raster.toString()).isCloseTo(expected.toFloatArray(), TOLERANCE);
    }
  }

  /** The weight with zeros at taps from the centre on, and between taps where they are dilated. */
  private static float[] zeroedAndSpread(Case raster, int spread) {
    KernelShape kernel = raster.kernel();
    float[] weight = raster.weight();
    int last = raster.centre() == Centre.SEEN ? kernel.centre() : kernel.centre() - 1;
    float[] result = new float[weight.length / kernel.taps() * spread * spread];
    for (int plane = 0; plane < weight.length / kernel.taps(); plane++) {
      for (int tap = 0; tap <= last; tap++) {
        int row = spread / 2 + kernel.rowOffset(tap);
        int col = spread / 2 + kernel.colOffset(tap);
        result[(plane * spread + row) * spread + col] = weight[plane * kernel.taps() + tap];
      }
    }
    return result;
  }

  /** Mask A on a single pixel sees nothing, yet backward must reach every leaf. */
  @Test
  void onePixelUnderMaskAIsTheBias() {
    Case one =
        new Case(
            OrderKind.RASTER.on(new Grid(1, 1)),
            new KernelShape(3, 1),
            Centre.HIDDEN,
            new Channels(2, 3, 2),
            1);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray x = Autograd.leaf(manager, one.input(manager));
      NDArray weight = Autograd.leaf(manager, one.weight(manager, one.weight(), 3));
      NDArray bias = Autograd.leaf(manager, one.bias(manager));
      MaskedConvolution convolution = MaskedConvolution.of(manager, one.mask());
      NDArray y = Autograd.recording(() -> convolution.apply(x, weight, bias));
      Autograd.backward(y, manager.ones(y.getShape()));

      float[] b = one.bias();
      assertThatTensor(y).hasShape(2, 2, 1, 1).hasValues(b[0], b[1], b[0], b[1]);
      assertThatTensor(Autograd.gradient(x)).hasValues(new float[6]);
      assertThatTensor(Autograd.gradient(weight)).hasValues(new float[54]);
      assertThatTensor(Autograd.gradient(bias)).hasValues(2, 2);
    }
  }

  @Test
  void refusesImagesOfAnotherGridAndWeightsOfAnotherKernel() {
    Case some =
        new Case(
            OrderKind.RASTER.on(new Grid(3, 4)),
            new KernelShape(3, 1),
            Centre.SEEN,
            new Channels(1, 2, 2),
            1);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      MaskedConvolution convolution = MaskedConvolution.of(manager, some.mask());
      NDArray weight = some.weight(manager, some.weight(), 3);
      NDArray transposed = manager.zeros(new Shape(1, 2, 4, 3));
      assertThatThrownBy(() -> convolution.apply(transposed, weight, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(1, 2, 4, 3)")
          .hasMessageContaining("(-1, -1, 3, 4)");
      NDArray wide = manager.zeros(new Shape(2, 2, 5, 5));
      assertThatThrownBy(() -> convolution.apply(some.input(manager), wide, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(2, 2, 5, 5)");
    }
  }
}
