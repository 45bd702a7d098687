package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.orders.KernelMask.Centre;

/** Every golden mask, element by element; see goldens/README.md. */
class KernelMaskGoldenTest {
  private static final Npz GOLDENS = Npz.resource("masks.npz");
  private static final Pattern NAME =
      Pattern.compile(
          "mask_(?<order>.+)_k(?<size>\\d)_d(?<dilation>\\d)_(?<type>[AB])(?:_obs(?<observed>.+))?");

  static List<String> masks() {
    return GOLDENS.names().stream().filter(name -> name.startsWith("mask_")).toList();
  }

  static List<String> orders() {
    return GOLDENS.names().stream().filter(name -> name.startsWith("order_")).toList();
  }

  @Test
  void theArchiveIsComplete() {
    assertThat(masks()).hasSize(100);
    assertThat(masks()).filteredOn(name -> name.contains("_obs")).hasSize(24);
    assertThat(orders()).hasSize(10);
  }

  @ParameterizedTest
  @MethodSource("masks")
  void maskEqualsTheReference(String name) {
    assertThat(mask(name).values()).isEqualTo(GOLDENS.floats(name));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void orderEqualsTheReference(String name) {
    PixelOrder order = GoldenOrders.named(name.replaceFirst("order_", ""));
    assertThat(order.pixels()).isEqualTo(GoldenOrders.pixels(order.grid(), GOLDENS.ints(name)));
  }

  private static KernelMask mask(String name) {
    Matcher parts = NAME.matcher(name);
    assertThat(parts.matches()).as(name).isTrue();
    PixelOrder order = GoldenOrders.named(parts.group("order"));
    KernelShape kernel =
        new KernelShape(
            Integer.parseInt(parts.group("size")), Integer.parseInt(parts.group("dilation")));
    Centre centre = parts.group("type").equals("A") ? Centre.HIDDEN : Centre.SEEN;
    return KernelMask.of(order, kernel, centre, observed(parts.group("observed"), order.grid()));
  }

  private static Region observed(String name, Grid grid) {
    return name == null
        ? Region.none(grid)
        : GoldenOrders.region(name, grid, GOLDENS.ints("observed_" + name + "_" + grid));
  }
}
