package org.lmconv.jobs.format;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lmconv.jobs.base.UserError;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/**
 * Tensors of a file, by their names.
 *
 * @param file name of the file, for messages
 * @param shapes sides of each tensor, outermost first
 * @param reader reads the elements of one, in row-major order
 */
public record NamedTensors(String file, Map<String, List<Long>> shapes, Reader reader) {

  @FunctionalInterface
  public interface Reader {
    float[] read(String name) throws IOException;
  }

  /**
   * All parameters of a network: no more, no fewer, and in its shapes.
   *
   * @throws UserError if these are others, or they are damaged
   */
  public ParameterVector read(ParameterLayout layout) throws IOException {
    layout.specs().forEach(this::requireShape);
    if (shapes.size() > layout.specs().size()) {
      String more =
          shapes.keySet().stream()
              .filter(name -> !layout.names().contains(name))
              .limit(3)
              .collect(Collectors.joining(", "));
      throw another("has tensors that the network lacks: " + more);
    }
    ParameterVector vector = ParameterVector.zeros(layout.size());
    for (ParameterSpec spec : layout.specs()) {
      float[] values = reader.read(spec.name());
      System.arraycopy(values, 0, vector.values(), layout.offset(spec.name()), values.length);
    }
    return vector;
  }

  private void requireShape(ParameterSpec spec) {
    List<Long> shape = shapes.get(spec.name());
    if (shape == null) {
      throw another("has no tensor " + spec.name());
    }
    List<Long> sides = Arrays.stream(spec.shape().getShape()).boxed().toList();
    if (!shape.equals(sides)) {
      throw another(
          "has tensor %s in shape %s, the network in %s".formatted(spec.name(), shape, sides));
    }
  }

  private UserError another(String why) {
    return new UserError(
        "%s %s; it is of another network, and nothing was imported".formatted(file, why));
  }
}
