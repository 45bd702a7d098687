package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.model.Goldens;
import org.lmconv.model.Pass;
import org.lmconv.model.Plans;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.Region;

/** Every configuration of the reference's masked convolution; see goldens/README.md. */
class MaskedConvGoldenTest {
  private static final Goldens GOLDENS = Goldens.of("layer.npz");

  /**
   * Both sides are float32 and add in different orders. The largest sums are gradients of up to 28
   * over 192 products: an ulp of 28 is 2e-6, and a few roundings make 1e-5.
   */
  private static final double TOLERANCE = 1e-5;

  /** What an {@code cI_meta} array says. */
  private record Meta(int[] values) {
    Grid grid() {
      return new Grid(values[6], values[7]);
    }

    KernelShape kernel() {
      return new KernelShape(values[3], values[5]);
    }

    Centre centre() {
      return values[8] == 0 ? Centre.HIDDEN : Centre.SEEN;
    }

    LocallyMaskedConv2d layer() {
      LocallyMaskedConv2d.Options options =
          new LocallyMaskedConv2d.Options(
              values[3], values[11] == 1, values[9] == 1, values[10] == 1);
      return new LocallyMaskedConv2d("conv", values[1], values[2], options);
    }
  }

  @Test
  void theArchiveHasNoOtherConfigurations() {
    assertThat(GOLDENS.arrays().names())
        .filteredOn(name -> name.endsWith("_meta"))
        .hasSize(7)
        .allSatisfy(name -> assertThat(GOLDENS.arrays().ints(name)[8]).isIn(0, 1));
  }

  static Stream<Arguments> configurations() {
    return Stream.of("c0", "c1", "c2", "c3", "c4", "c5", "c6")
        .flatMap(
            config ->
                Stream.concat(
                    Plans.ALL.keySet().stream().map(plan -> arguments(config, Style.FUSED, plan)),
                    Stream.of(arguments(config, Style.REFERENCE, "of"))));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void outputAndGradientsEqualTheReference(String config, Style style, String plan) {
    Meta meta = new Meta(GOLDENS.arrays().ints(config + "_meta"));
    LocallyMaskedConv2d layer = meta.layer();
    ParameterLayout layout = new ParameterLayout(layer.parameters());
    try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
      MaskTensors mask = new MaskTensors(manager, mask(config, meta), Plans.ALL.get(plan));
      Pass pass =
          Pass.run(
              style,
              manager,
              GOLDENS.parameters(manager, layout, name -> array(config + "_", name)),
              List.of(GOLDENS.tensor(manager, config + "_x")),
              shape -> GOLDENS.tensor(manager, config + "_gy"),
              (operations, p, in) ->
                  layer.forward(operations, p, in.get(0), Nonlinearity.NONE, null, mask));

      GOLDENS.assertClose(pass.output(), config + "_y", TOLERANCE);
      GOLDENS.assertClose(pass.inputGradient(0), config + "_gx", TOLERANCE);
      for (String name : layout.names()) {
        GOLDENS.assertClose(pass.gradient(name), array(config + "_g", name), TOLERANCE);
      }
    }
  }

  private static String array(String prefix, String parameter) {
    return prefix + parameter.substring("conv.".length());
  }

  private static KernelMask mask(String config, Meta meta) {
    Grid grid = meta.grid();
    int[] places = GOLDENS.arrays().ints(config + "_order");
    int[] pixels = new int[grid.pixels()];
    for (int step = 0; step < pixels.length; step++) {
      pixels[step] = grid.pixel(places[2 * step], places[2 * step + 1]);
    }
    PixelOrder order = PixelOrder.of(config, grid, pixels);
    KernelMask mask = KernelMask.of(order, meta.kernel(), meta.centre(), Region.none(grid));
    assertThat(mask.values()).isEqualTo(GOLDENS.arrays().floats(config + "_mask"));
    return mask;
  }
}
