package org.lmconv.model.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmconv.model.parameter.ParameterSpec.NormOf;
import org.lmconv.model.parameter.ParameterSpec.Uniform;

/** Initial parameters. */
class InitializerTest {
  private static final ParameterSpec WIDE =
      new ParameterSpec("wide", new Shape(50, 40), new Uniform(0.5));
  private static final ParameterSpec GAIN =
      new ParameterSpec("gain", new Shape(3, 1, 1, 1), new NormOf("direction"));
  private static final ParameterSpec DIRECTION =
      new ParameterSpec("direction", new Shape(3, 2, 3, 3), new Uniform(1));

  private static float[] draw(String name, long seed, ParameterSpec... specs) {
    ParameterLayout layout = new ParameterLayout(List.of(specs));
    float[] all = layout.draw(seed).values();
    int from = layout.offset(name);
    int size =
        Arrays.stream(specs).filter(spec -> spec.name().equals(name)).findFirst().get().size();
    return Arrays.copyOfRange(all, from, from + size);
  }

  @Test
  void uniformParametersFillTheirBounds() {
    float[] values = draw("wide", 1, WIDE);
    double sum = 0;
    float largest = 0;
    for (float value : values) {
      sum += value;
      largest = Math.max(largest, Math.abs(value));
    }
    // The largest of 2000 falls short of the bound by more than 1 % once in (1/0.99)^2000 = 5e8.
    assertThat(largest).isLessThanOrEqualTo(0.5f).isGreaterThan(0.495f);
    // Five deviations of a mean of 2000: 0.5 / sqrt(3) / sqrt(2000) = 0.0065.
    assertThat(sum / values.length).isCloseTo(0, within(5 * 0.0065));
  }

  @Test
  void gainsAreTheNormsOfTheirDirectionsWhereverTheyLie() {
    float[] before = draw("gain", 2, GAIN, DIRECTION);
    assertThat(draw("gain", 2, DIRECTION, GAIN)).isEqualTo(before);
    float[] direction = draw("direction", 2, GAIN, DIRECTION);
    for (int o = 0; o < 3; o++) {
      double squares = 0;
      for (int i = 0; i < 18; i++) {
        squares += Math.pow(direction[18 * o + i], 2);
      }
      // One rounding of a float32 between 1 and 4.
      assertThat((double) before[o]).isCloseTo(Math.sqrt(squares), within(2.4e-7));
    }
  }

  @Test
  void eachTensorHasAStreamOfItsOwn() {
    ParameterSpec other = new ParameterSpec("other", new Shape(50, 40), new Uniform(0.5));
    assertThat(draw("wide", 1, other, WIDE)).isEqualTo(draw("wide", 1, WIDE));
    assertThat(draw("other", 1, other, WIDE)).isNotEqualTo(draw("wide", 1, WIDE));
  }

  @Test
  void theSeedDecides() {
    assertThat(draw("wide", 1, WIDE)).isEqualTo(draw("wide", 1, WIDE));
    assertThat(draw("wide", 2, WIDE)).isNotEqualTo(draw("wide", 1, WIDE));
  }

  @Test
  void refusesAGainWithoutDirection() {
    ParameterLayout layout = new ParameterLayout(List.of(GAIN));
    assertThatThrownBy(() -> layout.draw(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network has no parameter direction");
  }
}
