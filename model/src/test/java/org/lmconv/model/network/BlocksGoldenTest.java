package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.model.Goldens;
import org.lmconv.model.Pass;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.operation.Weight;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterSpec.Uniform;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.Region;

/** Every block of the reference, forward and all gradients; see goldens/README.md. */
class BlocksGoldenTest {
  private static final Goldens GOLDENS = Goldens.of("blocks.npz");
  private static final int CHANNELS = 4;

  /**
   * Both sides are float32 and add in different orders; values are about 1. Gradients are compared
   * on the scale of their tensor, for PONO's divide by the deviation of only 4 channels, which
   * makes some of them as large as 88, an ulp of which is 8e-6.
   */
  private static final double TOLERANCE = 1e-5;

  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource
  void positionalNormEqualsTheReference(Style style) {
    assertNorm(style, "pono", FeatureNorm.PONO, null);
  }

  @ParameterizedTest
  @EnumSource
  void orderRescaleEqualsTheReference(Style style) {
    assertNorm(style, "order_rescale", FeatureNorm.ORDER_RESCALE, mask("order_rescale_mask", 2));
  }

  private void assertNorm(Style style, String prefix, FeatureNorm norm, MaskTensors mask) {
    assertBlock(
        style, prefix, List.of(), (operations, p, in) -> operations.norm(in.get(0), norm, mask));
  }

  @ParameterizedTest
  @EnumSource
  void pointwiseConvolutionEqualsTheReference(Style style) {
    PointwiseConv2d layer = new PointwiseConv2d("nin", CHANNELS, CHANNELS + 1);
    assertBlock(
        style,
        "nin",
        layer.parameters(),
        (operations, p, in) -> layer.forward(operations, p, in.get(0), Nonlinearity.NONE, null));
  }

  /** A 1×1 convolution whose weight is the identity shows what is done to its input. */
  @ParameterizedTest
  @EnumSource
  void concatEluEqualsTheReference(Style style) {
    ParameterLayout layout =
        new ParameterLayout(
            List.of(
                new ParameterSpec("w", new Shape(2 * CHANNELS, 2 * CHANNELS), new Uniform(1)),
                new ParameterSpec("b", new Shape(2 * CHANNELS), new Uniform(1))));
    ParameterVector values = ParameterVector.zeros(layout.size());
    for (int i = 0; i < 2 * CHANNELS; i++) {
      values.values()[i * 2 * CHANNELS + i] = 1;
    }
    Pass pass =
        Pass.run(
            style,
            manager,
            new Parameters(manager, layout, values),
            List.of(GOLDENS.tensor(manager, "concat_elu_in0")),
            shape -> GOLDENS.tensor(manager, "concat_elu_gy"),
            (operations, p, in) ->
                operations.pointwise(
                    in.get(0), Nonlinearity.CELU, new Weight(p.get("w"), null), p.get("b"), null));
    GOLDENS.assertClose(pass.output(), "concat_elu_y", TOLERANCE);
    GOLDENS.assertCloseToScale(pass.inputGradient(0), "concat_elu_gin0", TOLERANCE);
  }

  static Stream<Arguments> blocks() {
    return Stream.of(Style.values())
        .flatMap(
            style ->
                Stream.of(FeatureNorm.NONE, FeatureNorm.PONO)
                    .flatMap(norm -> Stream.of(0, 1).map(skip -> arguments(style, skip, norm))));
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void gatedResidualEqualsTheReference(Style style, int skip, FeatureNorm norm) {
    String prefix = "gated_skip" + skip + "_" + norm.name().toLowerCase(Locale.ROOT);
    LocallyMaskedConv2d.Options options = new LocallyMaskedConv2d.Options(3, true, true, false);
    GatedResidual block = new GatedResidual(prefix, CHANNELS, skip == 1, norm, options);
    MaskTensors mask = mask("gated_mask", 1);
    assertBlock(
        style,
        prefix,
        block.parameters(),
        (operations, p, in) ->
            block.forward(
                operations, p, in.get(0), skip == 1 ? in.get(1) : null, mask, Dropout2d.OFF));
  }

  private void assertBlock(
      Style style, String prefix, List<ParameterSpec> specs, Pass.Piece block) {
    ParameterLayout layout = new ParameterLayout(specs);
    List<String> inputs = inputsOf(prefix);
    Pass pass =
        Pass.run(
            style,
            manager,
            GOLDENS.parameters(manager, layout, name -> array(prefix, "_param:", name)),
            inputs.stream().map(name -> GOLDENS.tensor(manager, prefix + "_" + name)).toList(),
            shape -> GOLDENS.tensor(manager, prefix + "_gy"),
            block);

    GOLDENS.assertClose(pass.output(), prefix + "_y", TOLERANCE);
    for (int i = 0; i < inputs.size(); i++) {
      String name = prefix + "_g" + inputs.get(i);
      GOLDENS.assertCloseToScale(pass.inputGradient(i), name, TOLERANCE);
    }
    for (String name : layout.names()) {
      GOLDENS.assertCloseToScale(pass.gradient(name), array(prefix, "_grad:", name), TOLERANCE);
    }
  }

  private static List<String> inputsOf(String prefix) {
    return Stream.of("in0", "in1")
        .filter(name -> GOLDENS.arrays().has(prefix + "_" + name))
        .toList();
  }

  private static String array(String prefix, String kind, String parameter) {
    return prefix + kind + parameter.substring(prefix.length() + 1);
  }

  /** All masks of the archive are those of an S-curve with the centre seen. */
  private MaskTensors mask(String name, int dilation) {
    Grid grid = new Grid(5, 6);
    KernelMask mask =
        KernelMask.of(
            OrderKind.S_CURVE.on(grid),
            new KernelShape(3, dilation),
            Centre.SEEN,
            Region.none(grid));
    assertThat(mask.values()).isEqualTo(GOLDENS.arrays().floats(name));
    return new MaskTensors(manager, mask);
  }
}
