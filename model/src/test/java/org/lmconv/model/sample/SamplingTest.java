package org.lmconv.model.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.model.ImageShape;
import org.lmconv.model.PixelLevels;
import org.lmconv.model.Seeds;
import org.lmconv.model.TestDevice;
import org.lmconv.model.device.DeviceModel;
import org.lmconv.model.device.Execution;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.likelihood.Bernoulli;
import org.lmconv.model.likelihood.LogisticMixture;
import org.lmconv.model.likelihood.LogisticMixture.Tail;
import org.lmconv.model.likelihood.PixelLikelihood;
import org.lmconv.model.likelihood.Temperature;
import org.lmconv.model.network.LmConvNetwork;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.network.NetworkMasks;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.reference.FullForwardSampler;
import org.lmconv.model.tensor.Precision;
import org.lmconv.orders.Grid;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.OrderSet;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/** The incremental sampler against a forward pass of the whole network per pixel. */
class SamplingTest {
  private static final int IMAGES = 3;
  private static final PixelLikelihood GREY =
      new LogisticMixture(1, 3, new PixelLevels(4), Tail.EXACT);
  private static final PixelLikelihood COLOUR =
      new LogisticMixture(3, 2, new PixelLevels(8), Tail.EXACT);

  /** What a sampler has to cope with. */
  private record Setting(NetworkConfig network, PixelLikelihood likelihood, String order) {
    private static final int HEIGHT = 6;
    private static final int WIDTH = 6;

    ModelSpec spec() {
      return new ModelSpec(
          new ImageShape(likelihood.channels(), HEIGHT, WIDTH), network, likelihood);
    }

    PixelOrder pixelOrder() {
      Grid grid = new Grid(HEIGHT, WIDTH);
      if (order.equals("random")) {
        return PixelOrder.of(order, grid, Seeds.permutation(4, grid.pixels()));
      }
      String[] parts = order.split("\\+");
      PixelOrder whole = OrderSet.parse(List.of(parts[0]), grid).get(0);
      return parts.length == 1 ? whole : whole.withLast(Region.parse(parts[1], grid));
    }

    /** Far from the uniform distribution that small weights give. */
    ParameterVector parameters() {
      ParameterVector drawn = spec().newNetwork().layout().draw(3);
      drawn.scale(2);
      return drawn;
    }
  }

  static Stream<Setting> settings() {
    NetworkConfig plain = network(3, 2, false, FeatureNorm.PONO, true, false);
    return Stream.of(
        new Setting(plain, new Bernoulli(), "s_curve/0"),
        new Setting(plain, new Bernoulli(), "s_curve/6"),
        new Setting(plain, GREY, "gilbert/3"),
        new Setting(plain, COLOUR, "raster/1"),
        new Setting(plain, COLOUR, "random"),
        new Setting(plain, new Bernoulli(), "s_curve/1+center"),
        new Setting(network(5, 1, true, FeatureNorm.NONE, true, true), GREY, "s_curve/5"),
        new Setting(network(1, 1, false, FeatureNorm.PONO, false, false), GREY, "gilbert/0"),
        new Setting(
            network(3, 3, true, FeatureNorm.ORDER_RESCALE, false, true), COLOUR, "s_curve/2+left"),
        new Setting(network(3, 2, true, FeatureNorm.PONO, true, true), GREY, "random"));
  }

  private static NetworkConfig network(
      int kernel,
      int dilation,
      boolean weightNorm,
      FeatureNorm norm,
      boolean bias,
      boolean maskWeight) {
    return new NetworkConfig(4, 2, kernel, dilation, weightNorm, norm, bias, maskWeight, 0);
  }

  private static float[] noise(ModelSpec spec) {
    float[] values = new float[IMAGES * spec.image().dimensions()];
    PixelLevels levels = spec.likelihood().levels();
    for (int i = 0; i < values.length; i++) {
      values[i] = levels.nearest(Seeds.uniform(5, i) * 2 - 1);
    }
    return values;
  }

  private static Drawing drawing(Temperature temperature) {
    return new Drawing(temperature, new long[] {7, 8, 9});
  }

  @ParameterizedTest
  @MethodSource("settings")
  void drawsWhatAForwardPassPerPixelDraws(Setting setting) {
    ModelSpec spec = setting.spec();
    PixelOrder order = setting.pixelOrder();
    int pixels = order.size();
    Drawing drawing = drawing(new Temperature(0.9, 1.1));
    float[] given = noise(spec);
    try (DeviceModel model = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT)) {
      model.load(setting.parameters());
      for (int known : new int[] {1, pixels / 2, pixels}) {
        float[] slow = FullForwardSampler.draw(model, given, order, known, pixels, drawing);
        assertThat(model.draw(given, order, known, drawing)).isEqualTo(slow);
        for (int step = 0; step < known; step++) {
          int pixel = order.pixelAt(step);
          assertThat(slow[pixel]).isEqualTo(given[pixel]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void logitsOfEveryStepAreThoseOfAForwardPass(Setting setting) {
    ModelSpec spec = setting.spec();
    PixelOrder order = setting.pixelOrder();
    float[] given = noise(spec);
    int logits = spec.likelihood().logits();
    try (DeviceModel model = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT);
        NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
      model.load(setting.parameters());
      BatchPixels full = new BatchPixels(model.logits(given, order), IMAGES, logits);
      BatchPixels images = new BatchPixels(given, IMAGES, spec.image().channels());
      StepProgram program = program(manager, setting);
      for (int step = 0; step < order.size(); step++) {
        int pixel = order.pixelAt(step);
        // Float32 sums of up to 200 products, in another sequence.
        assertThat(program.advance(step, 1).toFloatArray())
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(full.get(pixel));
        program.put(step, images.get(pixel));
      }
      // All steps at once, which are all known now.
      assertThat(program.advance(0, order.size()).toFloatArray())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(full.get(order.pixels()));
      program.close();
    }
  }

  private static StepProgram program(NDManager manager, Setting setting) {
    ModelSpec spec = setting.spec();
    NetworkConfig config = setting.network();
    LmConvNetwork network = spec.newNetwork();
    PixelOrder order = setting.pixelOrder();
    Parameters parameters = new Parameters(manager, network.layout(), setting.parameters());
    NetworkMasks masks =
        NetworkMasks.of(manager, LayerMasks.of(order, config.kernel(), config.dilation()));
    ImageShape image = spec.image();
    Shape batch = new Shape(IMAGES, image.channels(), image.height(), image.width());
    return StepProgram.of(manager, network, parameters, masks, order, batch, Precision.FLOAT32);
  }

  private static DeviceModel model(ModelSpec spec) {
    DeviceModel model = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT);
    model.load(new Setting(spec.network(), spec.likelihood(), "").parameters());
    return model;
  }

  private static final ModelSpec TINY =
      new ModelSpec(
          new ImageShape(1, 2, 3),
          network(3, 2, false, FeatureNorm.PONO, true, false),
          new Bernoulli());

  @Test
  void imagesComeAsOftenAsTheirProbabilitySays() {
    PixelOrder order = OrderSet.parse(List.of("s_curve/1"), TINY.image().grid()).get(0);
    int draws = 4096;
    float[] all = new float[64 * 6];
    for (int i = 0; i < all.length; i++) {
      all[i] = (i / 6 >> i % 6 & 1) * 2 - 1;
    }
    int[] counts = new int[64];
    float[] pixels;
    try (DeviceModel model = model(TINY)) {
      Drawing drawing = new Drawing(Temperature.ONE, LongStream.range(0, draws).toArray());
      float[] drawn = model.draw(new float[draws * 6], order, 0, drawing);
      for (int image = 0; image < draws; image++) {
        int bits = 0;
        for (int p = 0; p < 6; p++) {
          bits |= drawn[image * 6 + p] > 0 ? 1 << p : 0;
        }
        counts[bits]++;
      }
      pixels = model.logLikelihoods(all, order);
    }
    double chiSquare = 0;
    int cells = 0;
    double rareExpected = 0;
    int rareCounts = 0;
    for (int image = 0; image < 64; image++) {
      double log = 0;
      for (int p = 0; p < 6; p++) {
        log += pixels[image * 6 + p];
      }
      double expected = draws * Math.exp(log);
      if (expected < 5) { // too few for the statistic: these count together
        rareExpected += expected;
        rareCounts += counts[image];
      } else {
        chiSquare += Math.pow(counts[image] - expected, 2) / expected;
        cells++;
      }
    }
    assertThat(cells).isGreaterThan(20);
    assertThat((double) rareCounts)
        .isCloseTo(rareExpected, within(5 * Math.sqrt(rareExpected) + 1));
    // The mean of the statistic and five deviations: more than its 99.9 % quantile.
    assertThat(chiSquare).isLessThan(cells + 5 * Math.sqrt(2.0 * cells));
  }

  @Test
  void aDrawDependsOnItsSeedAndItsImageAloneAndNotOnTheBatch() {
    Setting setting = settings().skip(4).findFirst().orElseThrow(); // colour, random order
    ModelSpec spec = setting.spec();
    PixelOrder order = setting.pixelOrder();
    int size = spec.image().dimensions();
    float[] given = noise(spec);
    try (DeviceModel model = new DeviceModel(spec, TestDevice.get(), Execution.DEFAULT)) {
      model.load(setting.parameters());
      float[] together = model.draw(given, order, 10, drawing(Temperature.ONE));
      for (int image = 0; image < IMAGES; image++) {
        float[] alone =
            model.draw(
                Arrays.copyOfRange(given, image * size, (image + 1) * size),
                order,
                10,
                new Drawing(Temperature.ONE, new long[] {7 + image}));
        assertThat(alone).isEqualTo(Arrays.copyOfRange(together, image * size, (image + 1) * size));
      }
    }
  }

  @Test
  void drawsAreThoseOfTheParametersThatAreLoaded() {
    PixelOrder order = OrderSet.parse(List.of("raster/0"), TINY.image().grid()).get(0);
    Drawing drawing = new Drawing(Temperature.ONE, LongStream.range(0, 50).toArray());
    float[] blank = new float[50 * 6];
    ParameterVector others = TINY.newNetwork().layout().draw(8);
    others.scale(3);
    try (DeviceModel model = model(TINY)) {
      float[] first = model.draw(blank, order, 0, drawing);
      assertThat(model.draw(blank, order, 0, drawing)).isEqualTo(first);
      model.load(others);
      float[] second = model.draw(blank, order, 0, drawing);
      assertThat(second)
          .isNotEqualTo(first)
          .isEqualTo(FullForwardSampler.draw(model, blank, order, 0, 6, drawing));
    }
  }

  @Test
  void inBfloat16LogitsAreNearThoseOfAForwardPass() {
    Setting setting = settings().findFirst().orElseThrow();
    ModelSpec spec = setting.spec();
    float[] given = noise(spec);
    PixelOrder order = setting.pixelOrder();
    Execution bfloat16 = new Execution(Precision.BFLOAT16, false);
    try (DeviceModel model = new DeviceModel(spec, TestDevice.get(), bfloat16)) {
      model.load(setting.parameters());
      float[] drawn = model.draw(given, order, 18, drawing(Temperature.ONE));
      float[] slow = FullForwardSampler.draw(model, given, order, 18, 36, drawing(Temperature.ONE));
      int same = 0;
      for (int i = 0; i < drawn.length; i++) {
        same += drawn[i] == slow[i] ? 1 : 0;
      }
      // 8 bits of precision move a probability by some percent, and a draw in as many cases.
      assertThat(same).isGreaterThan(drawn.length * 8 / 10);
    }
  }
}
