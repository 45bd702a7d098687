package org.lmconv.model.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.layer.LocallyMaskedConv2d.Options;
import org.lmconv.model.parameter.DeviceParameters;
import org.lmconv.model.parameter.Initializer;
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

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
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
    return new DeviceParameters(manager, layout, Initializer.draw(layout, 1)).read(manager);
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
    Parameters parameters =
        new DeviceParameters(manager, layout, new ParameterVector(values)).read(manager);
    NDArray y =
        layer.forward(
            parameters, manager.ones(new Shape(2, 1, 3, 4)), new MaskTensors(manager, mask));
    // Row-major bits of the taps seen: 16 the centre, 8 left, 2 above, 1 and 4 beside it.
    float[] image = {16, 24, 24, 24, 22, 31, 31, 27, 22, 31, 31, 27};
    assertThatTensor(Tensors.slice(y, 0, 0, 1)).hasShape(1, 1, 3, 4).hasValues(image);
    assertThatTensor(Tensors.slice(y, 0, 1, 2)).hasValues(image);
  }

  @Test
  void positionalNormStandardisesEachPixelOverItsChannels() {
    NDArray x =
        Tensors.copyOf(manager, new float[] {1, 100, 3, 100, 8, 100}, new Shape(1, 3, 1, 2));
    // Mean 4, unbiased variance 13; where the channels agree, zeros, not NaN.
    double d = Math.sqrt(13);
    assertThatTensor(FeatureNorm.PONO.apply(x, null))
        .isCloseTo(new double[] {-3 / d, 0, -1 / d, 0, 4 / d, 0}, 1e-6);
  }

  @Test
  void initialWeightNormIsTheDirectionItself() {
    Parameters parameters = initial(conv(true, false, false).parameters());
    NDArray v = parameters.get("c.weight_v");
    // One division, two products and a root of float32 at values below 1/6.
    assertThatTensor(WeightNorm.apply(v, parameters.get("c.weight_g")))
        .isCloseTo(v.toFloatArray(), 1e-7);
  }

  @Test
  void refusesInputsWithOtherChannels() {
    LocallyMaskedConv2d conv = conv(false, true, false);
    Parameters parameters = initial(conv.parameters());
    MaskTensors tensors = new MaskTensors(manager, mask);
    assertThatThrownBy(
            () -> conv.forward(parameters, manager.zeros(new Shape(1, 3, 3, 4)), tensors))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("c input has shape (1, 3, 3, 4), expected (-1, 4, -1, -1)");
    PointwiseConv2d nin = new PointwiseConv2d("nin", 4, 2);
    assertThatThrownBy(() -> nin.forward(parameters, manager.zeros(new Shape(1, 1, 3, 4))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nin input has shape (1, 1, 3, 4), expected (-1, 4, -1, -1)");
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
    float[] first = block.forward(parameters, x, x, tensors, dropout).toFloatArray();
    int before = manager.getManagedArrays().size();
    float[] second = block.forward(parameters, x, x, tensors, dropout).toFloatArray();
    assertThat(manager.getManagedArrays()).hasSize(before + 1);
    // The same operations on the same numbers, up to the order of additions among threads.
    assertThat(second).containsExactly(first, within(1e-5f));
  }

  @Test
  void masksOutliveTheScopeInWhichTheyWereMade() {
    LocallyMaskedConv2d conv = conv(false, true, true);
    Parameters parameters = initial(conv.parameters());
    NDArray x = manager.ones(new Shape(1, 4, 3, 4));
    AtomicReference<MaskTensors> made = new AtomicReference<>();
    float[] inside =
        Tensors.scoped(
                () -> {
                  made.set(new MaskTensors(manager, mask(OrderKind.S_CURVE)));
                  return conv.forward(parameters, x, made.get());
                })
            .toFloatArray();
    float[] outside = conv.forward(parameters, x, made.get()).toFloatArray();
    assertThat(outside).containsExactly(inside, within(1e-5f));
  }
}
