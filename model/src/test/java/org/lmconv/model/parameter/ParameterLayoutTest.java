package org.lmconv.model.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmconv.model.parameter.ParameterSpec.Uniform;

/** Where parameters lie. */
class ParameterLayoutTest {
  private static ParameterSpec spec(String name, long... shape) {
    return new ParameterSpec(name, new Shape(shape), new Uniform(1));
  }

  @Test
  void parametersLieOneAfterTheOther() {
    ParameterLayout layout =
        new ParameterLayout(List.of(spec("b", 2, 3), spec("a", 4), spec("scalar"), spec("c", 1)));
    assertThat(layout.names()).containsExactly("b", "a", "scalar", "c");
    assertThat(layout.names().stream().map(layout::offset)).containsExactly(0, 6, 10, 11);
    assertThat(layout.size()).isEqualTo(12);
  }

  @Test
  void keepsItsOwnListOfParameters() {
    List<ParameterSpec> specs = new ArrayList<>(List.of(spec("a", 4)));
    ParameterLayout layout = new ParameterLayout(specs);
    specs.add(spec("b", 2));
    assertThat(layout.specs()).extracting(ParameterSpec::name).containsExactly("a");
  }

  @Test
  void refusesTwoParametersOfOneName() {
    assertThatThrownBy(() -> new ParameterLayout(List.of(spec("a", 4), spec("a", 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two parameters are named a");
  }

  @Test
  void refusesAnUnknownName() {
    ParameterLayout layout = new ParameterLayout(List.of(spec("a", 4)));
    assertThatThrownBy(() -> layout.offset("b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network has no parameter b");
  }

  @Test
  void refusesMoreElementsThanAnArrayHolds() {
    List<ParameterSpec> specs = List.of(spec("a", 1 << 30), spec("b", 1 << 30));
    assertThatThrownBy(() -> new ParameterLayout(specs)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> spec("a", 1 << 20, 1 << 20).size())
        .isInstanceOf(ArithmeticException.class);
  }
}
