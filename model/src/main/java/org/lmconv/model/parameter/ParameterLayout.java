package org.lmconv.model.parameter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where each parameter lies in one flat float array: one after the other, in a fixed order. */
public final class ParameterLayout {
  private final List<ParameterSpec> specs;
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private final int size;

  /**
   * @throws IllegalArgumentException if two parameters share a name
   * @throws ArithmeticException if there are more than 2^31 − 1 elements
   */
  public ParameterLayout(List<ParameterSpec> specs) {
    this.specs = List.copyOf(specs);
    int offset = 0;
    for (ParameterSpec spec : specs) {
      if (offsets.put(spec.name(), offset) != null) {
        throw new IllegalArgumentException("two parameters are named " + spec.name());
      }
      offset = Math.addExact(offset, spec.size());
    }
    this.size = offset;
  }

  /** The parameters in their order. */
  public List<ParameterSpec> specs() {
    return specs;
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
    Integer offset = offsets.get(name);
    if (offset == null) {
      throw new IllegalArgumentException("the network has no parameter " + name);
    }
    return offset;
  }

  /** Specs of several layers in a row. */
  public static List<ParameterSpec> join(List<List<ParameterSpec>> parts) {
    List<ParameterSpec> all = new ArrayList<>();
    parts.forEach(all::addAll);
    return all;
  }
}
