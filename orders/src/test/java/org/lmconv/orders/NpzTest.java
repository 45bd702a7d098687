package org.lmconv.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class NpzTest {
  private static final Npz MASKS = Npz.resource("masks.npz");

  @Test
  void readsBothTypes() {
    assertThat(MASKS.has("observed_top_5x7")).isTrue();
    assertThat(MASKS.shape("observed_top_5x7")).containsExactly(14, 2);
    assertThat(MASKS.ints("observed_top_5x7")).hasSize(28).startsWith(0, 0, 0, 1).endsWith(1, 6);
    assertThat(MASKS.floats("mask_s_curve_5x7_k3_d1_A")).hasSize(9 * 35).containsOnly(0f, 1f);
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThat(MASKS.has("nothing")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MASKS.ints("nothing"))
        .withMessage("no array nothing in masks.npz");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Npz.resource("nothing.npz"))
        .withMessage("no golden archive /goldens/nothing.npz on class path");
  }

  @Test
  void refusesAnotherType() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MASKS.floats("observed_top_5x7"))
        .withMessage("array observed_top_5x7 of masks.npz is <i4, not <f4");
  }
}
