package org.lmconv.model.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OrderEnsembleTest {
  /** Double arithmetic on numbers of order 1. */
  private static final double ROUNDING = 1e-12;

  @Test
  void itIsTheLogOfTheMeanLikelihood() {
    double mean = (Math.exp(-1) + Math.exp(-2) + Math.exp(-4)) / 3;
    assertThat(OrderEnsemble.nats(1, 2, 4)).isCloseTo(-Math.log(mean), within(ROUNDING));
  }

  @Test
  void oneOrderOrEqualOnesChangeNothing() {
    assertThat(OrderEnsemble.nats(3.5)).isEqualTo(3.5);
    assertThat(OrderEnsemble.nats(3.5, 3.5, 3.5)).isCloseTo(3.5, within(ROUNDING));
  }

  @Test
  void likelihoodsThatUnderflowAreFine() {
    // exp(-9000) is 0 in double; half of the better one remains.
    assertThat(OrderEnsemble.nats(9000, 9100)).isCloseTo(9000 + Math.log(2), within(1e-9));
  }

  @Test
  void noOrderIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(OrderEnsemble::nats);
  }
}
