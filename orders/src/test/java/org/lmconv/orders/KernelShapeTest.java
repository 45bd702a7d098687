package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.orders.Any.Seeded;

class KernelShapeTest {
  @Seeded
  void tapsAreSymmetricAroundTheCentre(int seed) {
    KernelShape kernel = new Any(seed).kernel();
    for (int tap = 0; tap < kernel.taps(); tap++) {
      int opposite = kernel.taps() - 1 - tap;
      assertThat(kernel.rowOffset(tap)).isEqualTo(-kernel.rowOffset(opposite));
      assertThat(kernel.colOffset(tap)).isEqualTo(-kernel.colOffset(opposite));
    }
    assertThat(kernel.rowOffset(kernel.centre())).isZero();
    assertThat(kernel.colOffset(kernel.centre())).isZero();
  }

  @Test
  void tapsAreRowMajorAndDilated() {
    KernelShape kernel = new KernelShape(3, 2);
    assertThat(IntStream.range(0, 9).map(kernel::rowOffset))
        .containsExactly(-2, -2, -2, 0, 0, 0, 2, 2, 2);
    assertThat(IntStream.range(0, 9).map(kernel::colOffset))
        .containsExactly(-2, 0, 2, -2, 0, 2, -2, 0, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 0, -3})
  void refusesASizeWithoutACentre(int size) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KernelShape(size, 1))
        .withMessage("kernel size must be odd and at least 1, got %d; use 3, for example", size);
  }

  @Test
  void refusesADilationBelowOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KernelShape(3, 0))
        .withMessage("dilation must be at least 1, got 0; 1 leaves no gaps between taps");
  }
}
