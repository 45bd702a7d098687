package org.lmconv.model.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.model.TensorAssert.assertClose;
import static org.lmconv.model.TensorAssert.assertCloseToScale;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.Plans;
import org.lmconv.model.Seeds;
import org.lmconv.model.TestDevice;
import org.lmconv.model.device.DeviceModel.Gradient;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.LogisticMixture;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.reference.ReferenceModel;
import org.lmconv.model.reference.ReferenceOperations;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/** Models with all their options against the paper's formulas with autograd. */
class AgainstReferenceTest {
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 0.01, 50);

  static Stream<ModelSpec> specs() {
    LogisticMixture grey = new LogisticMixture(1, 3, new PixelLevels(8), Tail.EXACT);
    LogisticMixture colour = new LogisticMixture(3, 2, new PixelLevels(5), Tail.EXACT);
    return Stream.of(
        new ModelSpec(
            new ImageShape(1, 7, 6), network(3, false, FeatureNorm.PONO, true), new Bernoulli()),
        new ModelSpec(new ImageShape(1, 6, 6), network(5, true, FeatureNorm.NONE, false), grey),
        new ModelSpec(
            new ImageShape(3, 6, 6), network(3, true, FeatureNorm.ORDER_RESCALE, true), colour));
  }

  private static NetworkConfig network(
      int kernel, boolean weightNorm, FeatureNorm norm, boolean maskWeight) {
    return new NetworkConfig(5, 2, kernel, 2, weightNorm, norm, true, maskWeight, 0.2);
  }

  private static ParameterVector parameters(ModelSpec spec) {
    ParameterVector drawn = spec.newNetwork().layout().draw(3);
    drawn.scale(2);
    return drawn;
  }

  private static float[] images(ModelSpec spec, int count) {
    float[] values = new float[count * spec.image().dimensions()];
    int levels = spec.likelihood().levels().count();
    for (int i = 0; i < values.length; i++) {
      values[i] = 2f * (int) (levels * Seeds.uniform(5, i)) / (levels - 1) - 1;
    }
    return values;
  }

  private static List<PixelOrder> orders(ModelSpec spec) {
    List<String> names = List.of("raster/1", "s_curve/0", "s_curve/3", "gilbert/2");
    List<PixelOrder> orders = OrderSet.parse(names, spec.image().grid()).orders();
    Region centre = Region.parse("center", spec.image().grid());
    return Stream.concat(orders.stream(), Stream.of(orders.get(1).withLast(centre))).toList();
  }

  private static ReferenceModel reference(ModelSpec spec) {
    return new ReferenceModel(
        spec, TestDevice.get(), ReferenceOperations.im2col(), MaskPlan::of, parameters(spec), ADAM);
  }

  /** Float32 against float32, in sums of other orders; PONO of 5 channels magnifies rounding. */
  private static final double RELATIVE = 1e-3;

  @ParameterizedTest
  @MethodSource("specs")
  void gradientsAreThoseOfAutogradUnderEveryOrderAndPlan(ModelSpec spec) {
    float[] images = images(spec, 3);
    try (ReferenceModel reference = reference(spec)) {
      for (PixelOrder order : orders(spec)) {
        Gradient expected = reference.gradient(images, order, 9);
        for (Function<KernelMask, MaskPlan> planner : Plans.ALL.values()) {
          assertGradient(spec, order, images, planner, expected, false);
        }
        assertGradient(spec, order, images, MaskPlan::of, expected, true);
      }
    }
  }

  private static void assertGradient(
      ModelSpec spec,
      PixelOrder order,
      float[] images,
      Function<KernelMask, MaskPlan> planner,
      Gradient expected,
      boolean recompute) {
    Execution execution = new Execution(Precision.FLOAT32, recompute);
    try (DeviceModel model = new DeviceModel(spec, TestDevice.get(), execution, planner)) {
      model.load(parameters(spec));
      Gradient gradient = model.gradient(images, order, 9);
      assertThat(gradient.nats()).isCloseTo(expected.nats(), within(1e-5 * expected.nats()));
      assertCloseToScale(
          order.name() + ", recompute " + recompute,
          gradient.values().values(),
          expected.values().values(),
          RELATIVE);
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void scoresAndStepsAreThoseOfTheReference(ModelSpec spec) {
    float[] images = images(spec, 2);
    PixelOrder order = orders(spec).get(1);
    try (ReferenceModel reference = reference(spec);
        DeviceModel model = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT)) {
      ParameterVector start = parameters(spec);
      model.load(start, ADAM, AdamState.initial(start.size()));
      assertClose(
          "log-likelihoods",
          model.logLikelihoods(images, order),
          reference.logLikelihoods(images, order),
          1e-3);
      for (int step = 0; step < 3; step++) {
        double nats = model.train(images, order, step, 1e-3);
        assertThat(nats).isCloseTo(reference.train(images, order, step, 1e-3), within(1e-4 * nats));
      }
    }
  }

  /** 8 bits of precision are 2^-9 relative rounding an operand, over some dozen layers. */
  @ParameterizedTest
  @MethodSource("specs")
  void bfloat16IsNearAndGradientsStayFloat32(ModelSpec spec) {
    float[] images = images(spec, 2);
    Execution low = new Execution(Precision.BFLOAT16, false);
    for (PixelOrder order : orders(spec)) {
      try (ReferenceModel reference = reference(spec);
          DeviceModel model = new DeviceModel(spec, TestDevice.get(), low)) {
        model.load(parameters(spec));
        Gradient gradient = model.gradient(images, order, 9);
        Gradient expected = reference.gradient(images, order, 9);
        assertThat(gradient.nats()).isCloseTo(expected.nats(), within(0.02 * expected.nats()));
        assertThat(gradient.values().isFinite()).isTrue();
      }
    }
  }

  /** The same parameters are read by every pass: nothing of a pass stays on the device. */
  @Test
  void stepsLeaveNothingBehind() {
    ModelSpec spec = specs().findFirst().orElseThrow();
    PixelOrder order = orders(spec).get(4);
    try (DeviceModel model = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT)) {
      ParameterVector start = parameters(spec);
      model.load(start, ADAM, AdamState.initial(start.size()));
      model.train(images(spec, 2), order, 1, 1e-3);
      int after = model.tensors();
      for (int step = 0; step < 3; step++) {
        model.train(images(spec, 2), order, step, 1e-3);
        model.logLikelihoods(images(spec, 2), order);
      }
      assertThat(model.tensors()).isEqualTo(after);
    }
  }
}
