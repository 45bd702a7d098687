package org.lmconv.model.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.lmconv.model.TensorAssert.assertCloseToScale;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.Seeds;
import org.lmconv.model.TestDevice;
import org.lmconv.model.device.DeviceModel.Gradient;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.LogisticMixture;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.Grid;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;

class DeviceModelTest {
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 0, 0);

  private static ModelSpec binary(int height, int width, double dropout) {
    NetworkConfig network =
        new NetworkConfig(4, 1, 3, 2, false, FeatureNorm.PONO, true, false, dropout);
    return new ModelSpec(new ImageShape(1, height, width), network, new Bernoulli());
  }

  private static DeviceModel model(ModelSpec spec) {
    DeviceModel model = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT);
    model.load(parameters(spec));
    return model;
  }

  private static ParameterVector parameters(ModelSpec spec) {
    ParameterVector drawn = spec.newNetwork().layout().draw(3);
    drawn.scale(3); // far from the uniform distribution that small weights give
    return drawn;
  }

  private static PixelOrder order(String name, Grid grid) {
    return OrderSet.parse(List.of(name), grid).get(0);
  }

  private static float[] noise(int size, long seed) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = Seeds.uniform(seed, i) < 0.5 ? -1 : 1;
    }
    return values;
  }

  @Test
  void probabilitiesOfAllImagesSumToOneUnderEveryOrder() {
    ModelSpec spec = binary(2, 3, 0);
    float[] all = new float[64 * 6];
    for (int i = 0; i < all.length; i++) {
      all[i] = (i / 6 >> i % 6 & 1) * 2 - 1;
    }
    try (DeviceModel model = model(spec)) {
      for (PixelOrder order :
          OrderSet.parse(List.of("raster/*", "s_curve/*", "gilbert/*"), spec.image().grid())
              .orders()) {
        float[] pixels = model.logLikelihoods(all, order);
        double sum = 0;
        for (int image = 0; image < 64; image++) {
          double logLikelihood = 0;
          for (int p = 0; p < 6; p++) {
            logLikelihood += pixels[image * 6 + p];
          }
          sum += Math.exp(logLikelihood);
        }
        // Six float32 logarithms an image, each good to 1e-7 of at most some ten nats.
        assertThat(sum).as(order.name()).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void theGradientOfABatchIsTheSumOfThoseOfItsImages() {
    ModelSpec spec = binary(5, 5, 0);
    PixelOrder order = order("s_curve/4", spec.image().grid());
    try (DeviceModel model = model(spec)) {
      Gradient both = model.gradient(noise(50, 1), order, 0);
      float[] images = noise(50, 1);
      Gradient one = model.gradient(java.util.Arrays.copyOf(images, 25), order, 0);
      Gradient other = model.gradient(java.util.Arrays.copyOfRange(images, 25, 50), order, 0);
      // Float32 sums in another order, relative to the largest result. Positional norm divides by
      // the spread of a pixel's features, which is small at the first pixels: it magnifies 6e-8.
      assertThat(both.nats()).isCloseTo(one.nats() + other.nats(), within(1e-5 * both.nats()));
      ParameterVector sum = one.values().copy();
      sum.add(1, other.values());
      assertCloseToScale("sum", sum.values(), both.values().values(), 1e-4);
    }
  }

  @Test
  void dropoutIsAFunctionOfItsSeedAndOffWhenScoring() {
    ModelSpec with = binary(5, 5, 0.5);
    PixelOrder order = order("s_curve", with.image().grid());
    float[] images = noise(50, 2);
    try (DeviceModel model = model(with);
        DeviceModel without = model(binary(5, 5, 0))) {
      assertThat(model.gradient(images, order, 1).values())
          .isEqualTo(model.gradient(images, order, 1).values());
      assertThat(model.gradient(images, order, 1).nats())
          .isNotEqualTo(model.gradient(images, order, 2).nats());
      assertThat(model.logLikelihoods(images, order))
          .isEqualTo(without.logLikelihoods(images, order));
    }
  }

  @Test
  void trainingLowersTheLossAndStateGoesOnBitForBit() {
    ModelSpec spec = binary(5, 5, 0);
    PixelOrder order = order("s_curve", spec.image().grid());
    float[] images = noise(100, 4);
    int size = parameters(spec).size();
    try (DeviceModel through = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT);
        DeviceModel resumed = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT)) {
      through.load(parameters(spec), ADAM, AdamState.initial(size));
      double first = through.train(images, order, 0, 1e-2);
      resumed.load(through.parameters(), ADAM, through.adamState());
      double last = 0;
      for (int step = 0; step < 10; step++) {
        last = through.train(images, order, 0, 1e-2);
        assertThat(resumed.train(images, order, 0, 1e-2)).isEqualTo(last);
      }
      assertThat(last).isLessThan(0.9 * first);
      assertThat(resumed.parameters()).isEqualTo(through.parameters());
    }
  }

  @Test
  void aLossThatIsNotFiniteIsReportedAndChangesNothing() {
    ModelSpec spec = binary(4, 4, 0);
    PixelOrder order = order("s_curve", spec.image().grid());
    ParameterVector broken = parameters(spec);
    broken.values()[spec.newNetwork().layout().offset("nin_out.lin_a.bias")] = Float.NaN;
    try (DeviceModel model = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT)) {
      model.load(broken, ADAM, AdamState.initial(broken.size()));
      assertThatExceptionOfType(NonFiniteLossException.class)
          .isThrownBy(() -> model.train(noise(16, 1), order, 0, 0.1))
          .withMessage("the loss is NaN");
      assertThat(model.adamState().step()).isZero();
    }
  }

  @Test
  void masksOfMoreOrdersThanAreKeptComeBackRight() {
    ModelSpec spec = binary(3, 3, 0);
    Grid grid = spec.image().grid();
    float[] image = noise(9, 5);
    try (DeviceModel model = model(spec)) {
      float[] before = model.logLikelihoods(image, order("s_curve", grid));
      for (int seed = 0; seed < 100; seed++) {
        PixelOrder random = PixelOrder.of("random " + seed, grid, Seeds.permutation(seed, 9));
        assertThat(model.logLikelihoods(image, random)).hasSize(9);
      }
      assertThat(model.logLikelihoods(image, order("s_curve", grid))).isEqualTo(before);
    }
  }

  @Test
  void likelihoodAndImageMustFit() {
    LogisticMixture rgb = new LogisticMixture(3, 2, new PixelLevels(8), Tail.EXACT);
    NetworkConfig network = binary(3, 3, 0).network();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelSpec(new ImageShape(1, 3, 3), network, rgb))
        .withMessage("the likelihood is for images of 3 channel(s), the images are 3x3x1");
  }
}
