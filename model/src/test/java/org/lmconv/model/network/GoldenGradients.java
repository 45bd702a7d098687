package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;

/** Compares gradients tensor by tensor. */
final class GoldenGradients {
  private GoldenGradients() {}

  /**
   * @param relative largest difference, relative to the largest golden gradient of the tensor
   */
  static void assertClose(GoldenNetwork golden, ParameterVector gradient, double relative) {
    for (ParameterSpec spec : golden.layout().specs()) {
      int offset = golden.layout().offset(spec.name());
      float[] expected = part(golden.gradient(), offset, spec.size());
      float[] actual = part(gradient, offset, spec.size());
      assertThat(actual)
          .as(spec.name())
          .containsExactly(expected, within((float) (relative * largest(expected))));
    }
  }

  private static float[] part(ParameterVector vector, int offset, int size) {
    return Arrays.copyOfRange(vector.values(), offset, offset + size);
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
