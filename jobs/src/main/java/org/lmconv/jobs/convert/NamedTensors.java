package org.lmconv.jobs.convert;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lmconv.jobs.UserError;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/**
 * Tensors of a file, by their names.
 *
 * @param file name of the file, for messages
 * @param shapes sides of each tensor, outermost first
 * @param reader reads one
 */
record NamedTensors(String file, Map<String, List<Long>> shapes, Reader reader) {

  /** Reads the elements of a tensor, in row-major order. */
  @FunctionalInterface
  interface Reader {
    float[] read(String name) throws IOException;
  }

  /**
   * Checks that these are the parameters of a network: no more, no fewer, and in its shapes.
   *
   * @throws UserError if they are not
   */
  void requireThoseOf(ParameterLayout layout) {
    for (ParameterSpec spec : layout.specs()) {
      List<Long> shape = shapes.get(spec.name());
      if (shape == null) {
        throw another("has no tensor " + spec.name());
      }
      if (!shape.equals(sides(spec))) {
        throw another(
            "has tensor %s in shape %s, the network in %s"
                .formatted(spec.name(), shape, sides(spec)));
      }
    }
    if (shapes.size() > layout.specs().size()) {
      String more =
          shapes.keySet().stream()
              .filter(name -> !layout.names().contains(name))
              .limit(3)
              .collect(Collectors.joining(", "));
      throw another("has tensors that the network lacks: " + more);
    }
  }

  private UserError another(String why) {
    return new UserError(
        "%s %s; it is of another network, and nothing was imported".formatted(file, why));
  }

  private static List<Long> sides(ParameterSpec spec) {
    return Arrays.stream(spec.shape().getShape()).boxed().toList();
  }

  /**
   * All parameters of a network.
   *
   * @throws UserError if these are others, or they are damaged
   */
  ParameterVector read(ParameterLayout layout) throws IOException {
    requireThoseOf(layout);
    ParameterVector vector = ParameterVector.zeros(layout.size());
    for (ParameterSpec spec : layout.specs()) {
      float[] values = reader.read(spec.name());
      System.arraycopy(values, 0, vector.values(), layout.offset(spec.name()), values.length);
    }
    return vector;
  }
}
