package org.lmconv.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.IntToDoubleFunction;
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
    assertClose(info.descriptionText(), actual.toFloatArray(), expected, tolerance);
    return this;
  }

  /** Every element within {@code tolerance}, absolutely, in row-major order. */
  public TensorAssert isCloseTo(double[] expected, double tolerance) {
    requireClose(
        info.descriptionText(),
        actual.toFloatArray(),
        expected.length,
        i -> expected[i],
        tolerance);
    return this;
  }

  /** Fails unless every element is within {@code tolerance}, absolutely. */
  public static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    requireClose(what, actual, expected.length, i -> expected[i], tolerance);
  }

  /** The same with a tolerance relative to the largest of the expected elements. */
  public static void assertCloseToScale(
      String what, float[] actual, float[] expected, double relative) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertClose(what, actual, expected, relative * largest);
  }

  private static void requireClose(
      String what, float[] actual, int size, IntToDoubleFunction expected, double tolerance) {
    if (actual.length != size) {
      throw new AssertionError(
          "%s: expected %d elements, got %d".formatted(what, size, actual.length));
    }
    for (int i = 0; i < size; i++) {
      double wanted = expected.applyAsDouble(i);
      if (!(Math.abs(actual[i] - wanted) <= tolerance)) { // written so that NaN fails
        throw new AssertionError(
            "%s: element %d is %s, expected %s within %s"
                .formatted(what, i, actual[i], wanted, tolerance));
      }
    }
  }
}
