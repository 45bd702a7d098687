package org.lmconv.model.operation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.lmconv.model.Gradients;
import org.lmconv.model.Pass;
import org.lmconv.model.Plans;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.operation.AnyConvolution.Case;
import org.lmconv.model.operation.AnyConvolution.Channels;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.reference.Formulas;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Any.Seeded;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.Region;

/** The masked convolution against its definition. */
class MaskedConvolutionTest {
  /**
   * At most 76 terms of size 1 at most, so sums of about 5 and below 76 in the worst case; float32
   * rounds each partial sum by 6e-8 of it.
   */
  private static final double TOLERANCE = 1e-5;

  @Seeded
  void everyPlanEqualsTheSlowReference(int seed) {
    Case some = AnyConvolution.of(seed);
    Plans.ALL.values().forEach(planner -> assertEqualsSlowReference(some, planner));
  }

  /** Output and gradients of what models run against the paper's unfolding under autograd. */
  @Seeded
  void everyPlanEqualsTheUnfolding(int seed) {
    Case some = AnyConvolution.of(seed);
    Plans.ALL.forEach(
        (plan, planner) -> {
          try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
            Pass fused = pass(some, Style.FUSED, planner, manager);
            Pass unfolded = pass(some, Style.REFERENCE, planner, manager);
            assertSame(some, plan, fused.output(), unfolded.output());
            assertSame(some, plan, fused.inputGradient(0), unfolded.inputGradient(0));
            for (String name : List.of("weight", "bias", "mask_weight")) {
              assertSame(some, plan, fused.gradient(name), unfolded.gradient(name));
            }
          }
        });
  }

  /**
   * Outputs are the sums that {@link #TOLERANCE} speaks of. Gradients of weights sum over all
   * pixels of all images, some hundred terms; they may become larger, and their rounding with them.
   */
  private static void assertSame(Case some, String plan, NDArray actual, NDArray expected) {
    float[] values = expected.toFloatArray();
    double largest = 5;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThatTensor(actual).as("%s of %s", plan, some).isCloseTo(values, TOLERANCE / 5 * largest);
  }

  private static Pass pass(
      Case some, Style style, Function<KernelMask, MaskPlan> planner, NDManager manager) {
    int size = some.kernel().size();
    Channels channels = some.channels();
    Uniform any = new Uniform(1);
    ParameterLayout layout =
        new ParameterLayout(
            List.of(
                new ParameterSpec(
                    "weight", new Shape(channels.outputs(), channels.inputs(), size, size), any),
                new ParameterSpec("bias", new Shape(channels.outputs()), any),
                new ParameterSpec("mask_weight", new Shape(channels.outputs(), size, size), any)));
    MaskTensors mask = new MaskTensors(manager, some.mask(), planner);
    return Pass.run(
        style,
        manager,
        new Parameters(manager, layout, layout.draw(some.seed())),
        List.of(some.input(manager)),
        shape ->
            Tensors.copyOf(manager, Gradients.upstream((int) shape.size(), some.seed()), shape),
        (operations, p, in) ->
            operations.convolution(
                in.get(0),
                Nonlinearity.NONE,
                null,
                new Weight(p.get("weight"), null),
                p.get("bias"),
                p.get("mask_weight"),
                mask));
  }

  @Test
  void gridsSmallerThanTheReachOfTheKernel() {
    for (Centre centre : Centre.values()) {
      for (int height = 1; height <= 2; height++) {
        for (int width = 1; width <= 3; width++) {
          Grid grid = new Grid(height, width);
          Case some =
              new Case(
                  OrderKind.S_CURVE.on(grid),
                  Region.none(grid),
                  new KernelShape(5, 3),
                  centre,
                  new Channels(2, 3, 2),
                  1);
          Plans.ALL.values().forEach(planner -> assertEqualsSlowReference(some, planner));
        }
      }
    }
  }

  private static void assertEqualsSlowReference(Case some, Function<KernelMask, MaskPlan> planner) {
    try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
      MaskTensors convolution = new MaskTensors(manager, some.mask(), planner);
      SlowMaskedConvolution slow = new SlowMaskedConvolution(some.mask());
      int images = some.channels().images();
      NDArray x = nhwc(some.input(manager));
      NDArray weight = some.weight(manager, some.weight(), some.kernel().size());
      NDArray y = convolution.convolve(x, weight, some.bias(manager));
      assertThatTensor(nchw(y))
          .as(some.toString())
          .isCloseTo(slow.apply(some.x(), some.weight(), some.bias(), images), TOLERANCE);

      float[] upstream = Gradients.upstream((int) y.size(), 3);
      NDArray dy = nhwc(Tensors.copyOf(manager, upstream, nchw(y).getShape()));
      assertThatTensor(nchw(convolution.inputGradient(dy, weight)))
          .as("d x of " + some)
          .isCloseTo(slow.inputGradient(upstream, some.weight(), images), TOLERANCE);
      NDArray into = weight.onesLike();
      convolution.weightGradient(dy, x, into);
      assertThatTensor(into)
          .as("d weight of " + some)
          .isCloseTo(slow.weightGradient(upstream, some.x(), images), TOLERANCE);
    }
  }

  private static NDArray nhwc(NDArray x) {
    return x.transpose(0, 2, 3, 1);
  }

  private static NDArray nchw(NDArray x) {
    return x.transpose(0, 3, 1, 2);
  }

  /** In raster order a mask is the same at every pixel, so PixelCNN can zero weights instead. */
  @Seeded
  void rasterOrderIsAnOrdinaryMaskedConvolution(int seed) {
    Case some = AnyConvolution.of(seed);
    Case raster =
        new Case(
            OrderKind.RASTER.on(some.order().grid()),
            Region.none(some.order().grid()),
            some.kernel(),
            some.centre(),
            some.channels(),
            some.seed());
    try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
      NDArray x = raster.input(manager);
      NDArray bias = raster.bias(manager);
      int size = raster.kernel().size();
      NDArray y =
          new MaskTensors(manager, raster.mask(), MaskPlan::of)
              .convolve(nhwc(x), raster.weight(manager, raster.weight(), size), bias);
      int spread = (size - 1) * raster.kernel().dilation() + 1;
      NDArray weight = raster.weight(manager, zeroedAndSpread(raster, spread), spread);
      NDArray expected = Formulas.convolution(Formulas.padded(x, spread / 2), weight, bias);
      assertThatTensor(nchw(y)).as(raster.toString()).isCloseTo(expected.toFloatArray(), TOLERANCE);
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

  /** Mask A on a single pixel sees nothing, yet backward must reach every gradient. */
  @Test
  void onePixelUnderMaskAIsTheBias() {
    Case one =
        new Case(
            OrderKind.RASTER.on(new Grid(1, 1)),
            Region.none(new Grid(1, 1)),
            new KernelShape(3, 1),
            Centre.HIDDEN,
            new Channels(2, 3, 2),
            1);
    for (Function<KernelMask, MaskPlan> planner : Plans.ALL.values()) {
      try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
        MaskTensors convolution = new MaskTensors(manager, one.mask(), planner);
        NDArray x = nhwc(one.input(manager));
        NDArray weight = one.weight(manager, one.weight(), 3);
        NDArray y = convolution.convolve(x, weight, one.bias(manager));
        NDArray into = weight.duplicate();
        convolution.weightGradient(y, x, into);

        float[] b = one.bias();
        assertThatTensor(y).hasShape(2, 1, 1, 2).hasValues(b[0], b[1], b[0], b[1]);
        assertThatTensor(convolution.inputGradient(y, weight)).hasValues(new float[6]);
        assertThatTensor(into).hasValues(new float[54]);
      }
    }
  }

  /** The last batch of a data set is smaller; then the first size comes again. */
  @Test
  void batchesMayChangeTheirSize() {
    Grid grid = new Grid(4, 5);
    for (int images : new int[] {3, 1, 3}) {
      Case some =
          new Case(
              OrderKind.GILBERT.on(grid),
              Region.none(grid),
              new KernelShape(3, 1),
              Centre.SEEN,
              new Channels(images, 2, 2),
              4);
      Plans.ALL.values().forEach(planner -> assertEqualsSlowReference(some, planner));
    }
  }

  @Test
  void refusesImagesOfAnotherGridAndWeightsOfAnotherKernel() {
    Grid grid = new Grid(3, 4);
    Case some =
        new Case(
            OrderKind.RASTER.on(grid),
            Region.none(grid),
            new KernelShape(3, 1),
            Centre.SEEN,
            new Channels(1, 2, 2),
            1);
    try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
      MaskTensors convolution = new MaskTensors(manager, some.mask(), MaskPlan::of);
      NDArray weight = some.weight(manager, some.weight(), 3);
      NDArray transposed = manager.zeros(new Shape(1, 4, 3, 2));
      assertThatThrownBy(() -> convolution.convolve(transposed, weight, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(1, 4, 3, 2)")
          .hasMessageContaining("(-1, 3, 4, -1)");
      NDArray wide = manager.zeros(new Shape(2, 2, 5, 5));
      assertThatThrownBy(() -> convolution.convolve(nhwc(some.input(manager)), wide, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(2, 2, 5, 5)");
    }
  }
}
