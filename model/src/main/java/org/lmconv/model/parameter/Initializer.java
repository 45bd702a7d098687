package org.lmconv.model.parameter;

import org.lmconv.model.Seeds;
import org.lmconv.model.parameter.ParameterSpec.NormOf;
import org.lmconv.model.parameter.ParameterSpec.Uniform;

/** Draws the initial parameters of a network from a seed. */
public final class Initializer {
  private Initializer() {}

  /**
   * Initial parameters: each tensor has a stream of its own, named after it, so that a change of
   * one layer leaves the others as they were.
   */
  public static ParameterVector draw(ParameterLayout layout, long seed) {
    ParameterVector parameters = ParameterVector.zeros(layout.size());
    for (ParameterSpec spec : layout.specs()) {
      if (spec.initial() instanceof Uniform uniform) {
        drawUniform(parameters.values(), layout, spec, uniform.bound(), seed);
      }
    }
    for (ParameterSpec spec : layout.specs()) {
      if (spec.initial() instanceof NormOf norm) {
        setNorms(parameters.values(), layout, spec, norm.direction());
      }
    }
    return parameters;
  }

  private static void drawUniform(
      float[] values, ParameterLayout layout, ParameterSpec spec, double bound, long seed) {
    long stream = Seeds.of(seed, Seeds.Purpose.INITIAL_PARAMETERS, Seeds.of(spec.name()));
    int offset = layout.offset(spec.name());
    for (int i = 0; i < spec.size(); i++) {
      values[offset + i] = (float) (bound * (2.0 * Seeds.uniform(stream, i) - 1.0));
    }
  }

  private static void setNorms(
      float[] values, ParameterLayout layout, ParameterSpec gain, String direction) {
    int outputs = gain.size();
    int from = layout.offset(direction);
    int fanIn = sizeOf(layout, direction) / outputs;
    for (int o = 0; o < outputs; o++) {
      double squares = 0;
      for (int i = 0; i < fanIn; i++) {
        double v = values[from + o * fanIn + i];
        squares += v * v;
      }
      values[layout.offset(gain.name()) + o] = (float) Math.sqrt(squares);
    }
  }

  private static int sizeOf(ParameterLayout layout, String name) {
    return layout.specs().stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the network has no parameter " + name))
        .size();
  }
}
