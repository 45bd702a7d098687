package org.lmconv.model.layer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.model.Goldens;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
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

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void concatEluEqualsTheReference() {
    assertFunction("concat_elu", ConcatElu::apply);
  }

  @Test
  void positionalNormEqualsTheReference() {
    assertFunction("pono", x -> FeatureNorm.PONO.apply(x, null));
  }

  @Test
  void orderRescaleEqualsTheReference() {
    MaskTensors mask = mask("order_rescale_mask", 2);
    assertFunction("order_rescale", x -> FeatureNorm.ORDER_RESCALE.apply(x, mask));
  }

  @Test
  void pointwiseConvolutionEqualsTheReference() {
    PointwiseConv2d layer = new PointwiseConv2d("nin", CHANNELS, CHANNELS + 1);
    assertBlock("nin", layer.parameters(), (p, inputs) -> layer.forward(p, inputs.get(0)));
  }

  @ParameterizedTest
  @CsvSource({"0, NONE", "0, PONO", "1, NONE", "1, PONO"})
  void gatedResidualEqualsTheReference(int skip, FeatureNorm norm) {
    String prefix = "gated_skip" + skip + "_" + norm.name().toLowerCase(Locale.ROOT);
    LocallyMaskedConv2d.Options options = new LocallyMaskedConv2d.Options(3, true, true, false);
    GatedResidual block = new GatedResidual(prefix, CHANNELS, skip == 1, norm, options);
    MaskTensors mask = mask("gated_mask", 1);
    assertBlock(
        prefix,
        block.parameters(),
        (p, inputs) ->
            block.forward(p, inputs.get(0), skip == 1 ? inputs.get(1) : null, mask, Dropout2d.OFF));
  }

  private void assertFunction(String prefix, UnaryOperator<NDArray> function) {
    assertBlock(prefix, List.of(), (p, inputs) -> function.apply(inputs.get(0)));
  }

  private void assertBlock(
      String prefix,
      List<ParameterSpec> specs,
      BiFunction<Parameters, List<NDArray>, NDArray> block) {
    ParameterLayout layout = new ParameterLayout(specs);
    Parameters parameters =
        GOLDENS.parameters(manager, layout, name -> array(prefix, "_param:", name)).leaves(manager);
    List<String> inputNames = inputsOf(prefix);
    List<NDArray> inputs =
        inputNames.stream().map(name -> GOLDENS.leaf(manager, prefix + "_" + name)).toList();

    NDArray y = Autograd.recording(() -> block.apply(parameters, inputs));
    Autograd.backward(y, GOLDENS.tensor(manager, prefix + "_gy"));

    GOLDENS.assertClose(y, prefix + "_y", TOLERANCE);
    for (int i = 0; i < inputs.size(); i++) {
      String name = prefix + "_g" + inputNames.get(i);
      GOLDENS.assertCloseToScale(Autograd.gradient(inputs.get(i)), name, TOLERANCE);
    }
    for (String name : layout.names()) {
      NDArray gradient = Autograd.gradient(parameters.get(name));
      GOLDENS.assertCloseToScale(gradient, array(prefix, "_grad:", name), TOLERANCE);
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
