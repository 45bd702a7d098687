package org.lmconv.model.parameter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lmconv.model.Seeds;
import org.lmconv.model.parameter.ParameterSpec.NormOf;
import org.lmconv.model.parameter.ParameterSpec.Uniform;

/** Where each parameter lies in one flat float array: one after the other, in a fixed order. */
public final class ParameterLayout {
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private final int size;

  /**
   * @throws IllegalArgumentException if two parameters share a name
   * @throws ArithmeticException if there are more than 2^31 − 1 elements
   */
  public ParameterLayout(List<ParameterSpec> specs) {
    int offset = 0;
    for (ParameterSpec spec : specs) {
      if (this.specs.put(spec.name(), spec) != null) {
        throw new IllegalArgumentException("two parameters are named " + spec.name());
      }
      offsets.put(spec.name(), offset);
      offset = Math.addExact(offset, spec.size());
    }
    this.size = offset;
  }

  /** The parameters in their order. */
  public List<ParameterSpec> specs() {
    return List.copyOf(specs.values());
  }

  /** Names in their order. */
  public Set<String> names() {
    return offsets.keySet();
  }

  /** Number of elements of all parameters together. */
  public int size() {
    return size;
  }

  /**
   * Index of the first element of a parameter.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public int offset(String name) {
    return known(name, offsets);
  }

  private static <T> T known(String name, Map<String, T> byName) {
    T known = byName.get(name);
    if (known == null) {
      throw new IllegalArgumentException("the network has no parameter " + name);
    }
    return known;
  }

  /**
   * Initial parameters: each tensor has a stream of its own, named after it, so that a change of
   * one layer leaves the others as they were.
   */
  public ParameterVector draw(long seed) {
    ParameterVector parameters = ParameterVector.zeros(size);
    for (ParameterSpec spec : specs.values()) {
      if (spec.initial() instanceof Uniform uniform) {
        drawUniform(parameters.values(), spec, uniform.bound(), seed);
      }
    }
    for (ParameterSpec spec : specs.values()) {
      if (spec.initial() instanceof NormOf norm) {
        setNorms(parameters.values(), spec, known(norm.direction(), specs));
      }
    }
    return parameters;
  }

  private void drawUniform(float[] values, ParameterSpec spec, double bound, long seed) {
    long stream = Seeds.of(seed, Seeds.Purpose.INITIAL_PARAMETERS, Seeds.of(spec.name()));
    int offset = offset(spec.name());
    for (int i = 0; i < spec.size(); i++) {
      values[offset + i] = (float) (bound * (2.0 * Seeds.uniform(stream, i) - 1.0));
    }
  }

  private void setNorms(float[] values, ParameterSpec gain, ParameterSpec direction) {
    int outputs = gain.size();
    int from = offset(direction.name());
    int fanIn = direction.size() / outputs;
    for (int o = 0; o < outputs; o++) {
      double squares = 0;
      for (int i = 0; i < fanIn; i++) {
        double v = values[from + o * fanIn + i];
        squares += v * v;
      }
      values[offset(gain.name()) + o] = (float) Math.sqrt(squares);
    }
  }
}
