package org.lmconv.model.layer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.Goldens;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
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

  @ParameterizedTest
  @ValueSource(strings = {"c0", "c1", "c2", "c3", "c4", "c5", "c6"})
  void outputAndGradientsEqualTheReference(String config) {
    Meta meta = new Meta(GOLDENS.arrays().ints(config + "_meta"));
    LocallyMaskedConv2d layer = meta.layer();
    ParameterLayout layout = new ParameterLayout(layer.parameters());
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      Parameters parameters =
          GOLDENS.parameters(manager, layout, name -> array(config + "_", name)).leaves(manager);
      NDArray x = GOLDENS.leaf(manager, config + "_x");
      MaskTensors mask = new MaskTensors(manager, mask(config, meta));

      NDArray y = Autograd.recording(() -> layer.forward(parameters, x, mask));
      Autograd.backward(y, GOLDENS.tensor(manager, config + "_gy"));

      GOLDENS.assertClose(y, config + "_y", TOLERANCE);
      GOLDENS.assertClose(Autograd.gradient(x), config + "_gx", TOLERANCE);
      for (String name : layout.names()) {
        NDArray gradient = Autograd.gradient(parameters.get(name));
        GOLDENS.assertClose(gradient, array(config + "_g", name), TOLERANCE);
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
