package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden order, element by element; see goldens/README.md. */
class OrderGoldenTest {
  private static final Npz GOLDENS = Npz.resource("orders.npz");

  static Set<String> names() {
    return GOLDENS.names();
  }

  @Test
  void theArchiveIsComplete() {
    assertThat(names()).hasSize(56);
    assertThat(GOLDENS.shape("gilbert2d_5x7")).containsExactly(35, 2);
  }

  @ParameterizedTest
  @MethodSource("names")
  void orderEqualsTheReference(String name) {
    PixelOrder order = GoldenOrders.named(name);
    assertThat(order.pixels()).isEqualTo(GoldenOrders.pixels(order.grid(), GOLDENS.ints(name)));
  }
}
