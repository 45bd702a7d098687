package org.lmconv.model.network;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lmconv.model.LayerGradients;
import org.lmconv.model.Style;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.Region;

/** Gradients of the layers against central differences. */
class LayerGradientsTest {
  /**
   * Outputs are float32 of size 1 to 4, so each is off by about 2e-7, and the weighted sum of the
   * 10 to 100 that one coordinate reaches by about 1e-6; over h that is 3e-4. The jump of elu's
   * second derivative at 0 costs up to h/4 times a weight where a feature is so near to 0.
   */
  private static final float STEP = 4e-3f;

  private static final double TOLERANCE = 1e-3;

  private static final Grid GRID = new Grid(4, 3);
  private static final Shape IMAGES = new Shape(2, 3, 4, 3);

  @ParameterizedTest
  @CsvSource({
    "false, HIDDEN, 3, 1",
    "false, SEEN, 3, 2",
    "true, SEEN, 3, 1",
    "true, HIDDEN, 5, 1",
  })
  void maskedConvolution(boolean weightNorm, Centre centre, int kernel, int dilation) {
    LocallyMaskedConv2d layer =
        new LocallyMaskedConv2d(
            "conv", 3, 4, new LocallyMaskedConv2d.Options(kernel, weightNorm, true, true));
    assertGradients(
        layer.parameters(),
        (manager, operations, p, in) -> {
          MaskTensors mask = mask(manager, new KernelShape(kernel, dilation), centre);
          return layer.forward(operations, p, in.get(0), Nonlinearity.NONE, null, mask);
        },
        IMAGES);
  }

  @ParameterizedTest
  @EnumSource
  void pointwiseConvolutionOfEveryNonlinearity(Nonlinearity before) {
    PointwiseConv2d layer = new PointwiseConv2d("nin", before == Nonlinearity.CELU ? 6 : 3, 5);
    assertGradients(
        layer.parameters(),
        (manager, operations, p, in) -> layer.forward(operations, p, in.get(0), before, null),
        IMAGES);
  }

  @Test
  void pointwiseConvolutionThatIsAdded() {
    PointwiseConv2d layer = new PointwiseConv2d("nin", 6, 3);
    assertGradients(
        layer.parameters(),
        (manager, operations, p, in) ->
            layer.forward(operations, p, in.get(0), Nonlinearity.CELU, in.get(1)),
        IMAGES,
        IMAGES);
  }

  @ParameterizedTest
  @EnumSource
  void featureNorm(FeatureNorm norm) {
    PointwiseConv2d before = new PointwiseConv2d("nin", 6, 4); // a norm may work in place
    assertGradients(
        before.parameters(),
        (manager, operations, p, in) ->
            operations.norm(
                before.forward(operations, p, in.get(0), Nonlinearity.CELU, null),
                norm,
                undilated(manager)),
        IMAGES);
  }

  @ParameterizedTest
  @CsvSource({"PONO, true, false, 0", "NONE, false, true, 0.3", "ORDER_RESCALE, true, true, 0.3"})
  void gatedResidual(FeatureNorm norm, boolean skip, boolean weightNorm, double dropped) {
    LocallyMaskedConv2d.Options options =
        new LocallyMaskedConv2d.Options(3, weightNorm, true, false);
    GatedResidual block = new GatedResidual("block", 3, skip, norm, options);
    Dropout2d dropout = new Dropout2d(dropped, 11);
    assertGradients(
        block.parameters(),
        (manager, operations, p, in) ->
            block.forward(
                operations, p, in.get(0), skip ? in.get(1) : null, undilated(manager), dropout),
        skip ? new Shape[] {IMAGES, IMAGES} : new Shape[] {IMAGES});
  }

  private static void assertGradients(
      List<ParameterSpec> specs, LayerGradients.Layer layer, Shape... inputs) {
    for (Style style : Style.values()) {
      new LayerGradients(specs, layer, 5, inputs).check(style, STEP, TOLERANCE);
    }
  }

  private static MaskTensors undilated(NDManager manager) {
    return mask(manager, new KernelShape(3, 1), Centre.SEEN);
  }

  private static MaskTensors mask(NDManager manager, KernelShape kernel, Centre centre) {
    return new MaskTensors(
        manager, KernelMask.of(OrderKind.GILBERT.on(GRID), kernel, centre, Region.none(GRID)));
  }
}
