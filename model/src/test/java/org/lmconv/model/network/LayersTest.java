package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.Pass;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.network.LocallyMaskedConv2d.Options;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterSpec.NormOf;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.Region;

/** What layers declare, refuse and leave behind. */
class LayersTest {
  private static final Grid GRID = new Grid(3, 4);

  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());
  private final KernelMask mask = mask(OrderKind.RASTER);

  @AfterEach
  void close() {
    manager.close();
  }

  private static KernelMask mask(OrderKind kind) {
    return KernelMask.of(kind.on(GRID), new KernelShape(3, 1), Centre.SEEN, Region.none(GRID));
  }

  private static List<String> names(List<ParameterSpec> specs) {
    return specs.stream().map(spec -> spec.name() + " " + spec.shape()).toList();
  }

  private Parameters initial(List<ParameterSpec> specs) {
    ParameterLayout layout = new ParameterLayout(specs);
    return new Parameters(manager, layout, layout.draw(1));
  }

  @Test
  void parametersOfTheMaskedConvolutionAreInTheOrderOfTheReference() {
    assertThat(names(conv(false, true, true).parameters()))
        .containsExactly("c.weight (5, 4, 3, 3)", "c.mask_weight (5, 3, 3)", "c.bias (5)");
    assertThat(names(conv(true, true, true).parameters()))
        .containsExactly(
            "c.mask_weight (5, 3, 3)",
            "c.bias (5)",
            "c.weight_g (5, 1, 1, 1)",
            "c.weight_v (5, 4, 3, 3)");
    assertThat(names(conv(false, false, false).parameters()))
        .containsExactly("c.weight (5, 4, 3, 3)");
  }

  private static LocallyMaskedConv2d conv(boolean weightNorm, boolean bias, boolean maskWeight) {
    return new LocallyMaskedConv2d("c", 4, 5, new Options(3, weightNorm, bias, maskWeight));
  }

  @Test
  void initialBoundsAreThoseOfTheReference() {
    List<ParameterSpec> specs = conv(true, true, true).parameters();
    Uniform fanIn = new Uniform(1 / Math.sqrt(4 * 3 * 3));
    assertThat(specs)
        .extracting(ParameterSpec::initial)
        .containsExactly(new Uniform(1.0 / 3), fanIn, new NormOf("c.weight_v"), fanIn);
    assertThat(new PointwiseConv2d("nin", 4, 2).parameters())
        .extracting(ParameterSpec::initial)
        .containsExactly(new Uniform(0.5), new NormOf("nin.lin_a.weight_v"), new Uniform(0.5));
  }

  @Test
  void parametersOfTheGatedBlockAreInTheOrderOfTheReference() {
    GatedResidual block =
        new GatedResidual("b", 2, true, FeatureNorm.PONO, new Options(3, false, true, false));
    assertThat(names(block.parameters()))
        .containsExactly(
            "b.conv_input.weight (2, 4, 3, 3)",
            "b.conv_input.bias (2)",
            "b.nin_skip.lin_a.bias (2)",
            "b.nin_skip.lin_a.weight_g (2, 1)",
            "b.nin_skip.lin_a.weight_v (2, 4)",
            "b.conv_out.weight (4, 4, 3, 3)",
            "b.conv_out.bias (4)");
  }

  /** The learned mask weight alone: with zero weights the output is W_m · M for every image. */
  @Test
  void theMaskWeightAddsTheSameToEveryImage() {
    LocallyMaskedConv2d layer =
        new LocallyMaskedConv2d("c", 1, 1, new Options(3, false, false, true));
    ParameterLayout layout = new ParameterLayout(layer.parameters());
    float[] values = new float[layout.size()];
    for (int tap = 0; tap < 9; tap++) {
      values[layout.offset("c.mask_weight") + tap] = 1 << tap;
    }
    Parameters parameters = new Parameters(manager, layout, new ParameterVector(values));
    for (Style style : Style.values()) {
      NDArray y =
          forward(
              style,
              layer,
              parameters,
              manager.ones(new Shape(2, 1, 3, 4)),
              new MaskTensors(manager, mask));
      // Row-major bits of the taps seen: 16 the centre, 8 left, 2 above, 1 and 4 beside it.
      float[] image = {16, 24, 24, 24, 22, 31, 31, 27, 22, 31, 31, 27};
      assertThatTensor(Tensors.slice(y, 0, 0, 1)).hasShape(1, 1, 3, 4).hasValues(image);
      assertThatTensor(Tensors.slice(y, 0, 1, 2)).hasValues(image);
    }
  }

  private static NDArray forward(
      Style style, LocallyMaskedConv2d layer, Parameters parameters, NDArray x, MaskTensors mask) {
    return Pass.score(
        style,
        parameters,
        List.of(x),
        (operations, p, in) ->
            layer.forward(operations, p, in.get(0), Nonlinearity.NONE, null, mask));
  }

  @Test
  void positionalNormStandardisesEachPixelOverItsChannels() {
    NDArray x =
        Tensors.copyOf(manager, new float[] {1, 100, 3, 100, 8, 100}, new Shape(1, 3, 1, 2));
    // Mean 4, unbiased variance 13; where the channels agree, zeros, not NaN.
    double d = Math.sqrt(13);
    Parameters none = initial(List.of());
    for (Style style : Style.values()) {
      NDArray y =
          Pass.score(
              style,
              none,
              List.of(x),
              (operations, p, in) -> operations.norm(in.get(0), FeatureNorm.PONO, null));
      assertThatTensor(y)
          .as(style.name())
          .isCloseTo(new double[] {-3 / d, 0, -1 / d, 0, 4 / d, 0}, 1e-6);
    }
  }

  @Test
  void initialWeightNormIsTheDirectionItself() {
    LocallyMaskedConv2d normed = conv(true, false, false);
    Parameters parameters = initial(normed.parameters());
    NDArray direction = parameters.get("c.weight_v").value();
    Parameters plain =
        new Parameters(
            manager,
            new ParameterLayout(conv(false, false, false).parameters()),
            new ParameterVector(direction.toFloatArray()));
    NDArray x = manager.ones(new Shape(2, 4, 3, 4));
    MaskTensors tensors = new MaskTensors(manager, mask);
    for (Style style : Style.values()) {
      float[] expected =
          forward(style, conv(false, false, false), plain, x, tensors).toFloatArray();
      // One division, two products and a root of float32, then 20 terms below 1/6.
      assertThatTensor(forward(style, normed, parameters, x, tensors))
          .as(style.name())
          .isCloseTo(expected, 1e-6);
    }
  }

  @Test
  void refusesInputsWithOtherChannels() {
    LocallyMaskedConv2d conv = conv(false, true, false);
    Parameters parameters = initial(conv.parameters());
    MaskTensors tensors = new MaskTensors(manager, mask);
    for (Style style : Style.values()) {
      assertThatThrownBy(
              () -> forward(style, conv, parameters, manager.zeros(new Shape(1, 3, 3, 4)), tensors))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("weight")
          .hasMessageContaining("has shape (5, 4, 3, 3), expected (-1, 3, 3, 3)");
    }
  }

  @Test
  void aBlockLeavesOnlyItsOutputAndWhatBelongsToTheMask() {
    GatedResidual block =
        new GatedResidual(
            "b", 3, true, FeatureNorm.ORDER_RESCALE, new Options(3, true, true, true));
    Parameters parameters = initial(block.parameters());
    MaskTensors tensors = new MaskTensors(manager, mask);
    NDArray x = manager.ones(new Shape(2, 3, 3, 4));
    Dropout2d dropout = new Dropout2d(0.5, 1);
    for (Style style : Style.values()) {
      Pass.Piece piece =
          (operations, p, in) ->
              block.forward(operations, p, in.get(0), in.get(1), tensors, dropout);
      float[] first = Pass.score(style, parameters, List.of(x, x), piece).toFloatArray();
      int before = manager.getManagedArrays().size();
      float[] second = Pass.score(style, parameters, List.of(x, x), piece).toFloatArray();
      // Inputs and output in one layout or two; new reference operations prepare their nine taps.
      int ofTheTest = style == Style.REFERENCE ? 2 + 1 + 9 : 4 + 2;
      assertThat(manager.getManagedArrays()).hasSize(before + ofTheTest);
      // The same operations on the same numbers, up to the order of additions among threads.
      assertThat(second).containsExactly(first, within(1e-5f));
    }
  }

  @Test
  void masksOutliveTheScopeInWhichTheyWereMade() {
    LocallyMaskedConv2d conv = conv(false, true, true);
    Parameters parameters = initial(conv.parameters());
    NDArray x = manager.ones(new Shape(1, 4, 3, 4));
    for (Style style : Style.values()) {
      AtomicReference<MaskTensors> made = new AtomicReference<>();
      float[] inside =
          Tensors.scoped(
                  () -> {
                    made.set(new MaskTensors(manager, mask(OrderKind.S_CURVE)));
                    return forward(style, conv, parameters, x, made.get());
                  })
              .toFloatArray();
      float[] outside = forward(style, conv, parameters, x, made.get()).toFloatArray();
      assertThat(outside).containsExactly(inside, within(1e-5f));
    }
  }
}
