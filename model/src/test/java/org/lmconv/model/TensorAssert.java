package org.lmconv.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.assertj.core.api.AbstractAssert;

/** Assertions about tensors. */
public final class TensorAssert extends AbstractAssert<TensorAssert, NDArray> {
  private TensorAssert(NDArray actual) {
    super(actual, TensorAssert.class);
  }

  /** Starts a sentence about {@code tensor}. */
  public static TensorAssert assertThatTensor(NDArray tensor) {
    return new TensorAssert(tensor);
  }

  /** Exactly these sizes. */
  public TensorAssert hasShape(long... sizes) {
    Shape expected = new Shape(sizes);
    if (!actual.getShape().equals(expected)) {
      failWithMessage("expected shape %s, got %s", expected, actual.getShape());
    }
    return this;
  }

  /** Exactly these elements, in row-major order. */
  public TensorAssert hasValues(float... expected) {
    return isCloseTo(expected, 0);
  }

  /** Every element within {@code tolerance}, absolutely, in row-major order. */
  public TensorAssert isCloseTo(float[] expected, double tolerance) {
    double[] doubles = new double[expected.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = expected[i];
    }
    return isCloseTo(doubles, tolerance);
  }

  /** Every element within {@code tolerance}, absolutely, in row-major order. */
  public TensorAssert isCloseTo(double[] expected, double tolerance) {
    float[] values = actual.toFloatArray();
    if (values.length != expected.length) {
      failWithMessage("expected %s elements, got %s", expected.length, values.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (!(Math.abs(values[i] - expected[i]) <= tolerance)) { // written so that NaN fails
        failWithMessage(
            "element %s of %s is %s, expected %s within %s",
            i, actual.getShape(), values[i], expected[i], tolerance);
      }
    }
    return this;
  }
}
