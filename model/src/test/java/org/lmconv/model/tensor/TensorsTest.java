package org.lmconv.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.TestDevice;

/** Values and gradients of the operations that DJL lacks. */
class TensorsTest {
  /** Two or three float32 roundings of values below 4. */
  private static final double TOLERANCE = 1e-6;

  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray row(float... values) {
    return Tensors.copyOf(manager, values, new Shape(values.length));
  }

  /** The gradient of the sum of {@code function} at {@code values}. */
  private NDArray gradient(UnaryOperator<NDArray> function, float... values) {
    NDArray leaf = Autograd.leaf(manager, row(values));
    Autograd.backward(Autograd.recording(() -> function.apply(leaf).sum()));
    return Autograd.gradient(leaf);
  }

  @Test
  void copyOfIsIndependentOfTheArray() {
    float[] values = {1, 2, 3, 4, 5, 6};
    NDArray tensor = Tensors.copyOf(manager, values, new Shape(2, 3));
    values[0] = 9;
    assertThatTensor(tensor).hasShape(2, 3).hasValues(1, 2, 3, 4, 5, 6);
    assertThat(tensor.getManager()).isSameAs(manager);
  }

  @Test
  void copyOfRefusesTheWrongNumberOfValues() {
    assertThatThrownBy(() -> Tensors.copyOf(manager, new float[5], new Shape(2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 values do not fill a tensor of shape (2, 3)");
  }

  @Test
  void scalarsAreFloatsWithoutAxes() {
    NDArray scalar = Tensors.scalar(row(1, 2), 2.5);
    assertThatTensor(scalar).hasShape().hasValues(2.5f);
    assertThat(scalar.getDataType()).isEqualTo(DataType.FLOAT32);
  }

  @Test
  void slicesAreViews() {
    NDArray x = Tensors.copyOf(manager, new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
    NDArray columns = Tensors.slice(x, 1, 1, 3);
    assertThatTensor(columns).hasShape(2, 2).hasValues(2, 3, 5, 6);
    x.muli(Tensors.scalar(x, 10));
    assertThatTensor(columns).hasValues(20, 30, 50, 60);
  }

  @Test
  void concatenatesAlongAnAxis() {
    NDArray a = Tensors.copyOf(manager, new float[] {1, 2}, new Shape(2, 1));
    NDArray b = Tensors.copyOf(manager, new float[] {3, 4, 5, 6}, new Shape(2, 2));
    assertThatTensor(Tensors.concat(1, a, b)).hasShape(2, 3).hasValues(1, 3, 4, 2, 5, 6);
    assertThatTensor(Tensors.concat(1, a)).hasShape(2, 1).hasValues(1, 2);
  }

  @Test
  void activations() {
    double e = Math.E;
    assertThatTensor(Tensors.sigmoid(row(-1, 0, 200)))
        .isCloseTo(new double[] {1 / (1 + e), 0.5, 1}, TOLERANCE);
    // softplus(100) is 100: a naive log(1 + e^100) would be infinite.
    assertThatTensor(Tensors.softplus(row(-100, 0, 1, 100)))
        .isCloseTo(new double[] {0, Math.log(2), Math.log(1 + e), 100}, TOLERANCE);
  }

  @Test
  void aLowerBoundStopsTheGradientBelow() {
    assertThatTensor(Tensors.atLeast(row(-8, -7, 3), -7)).hasValues(-7, -7, 3);
    assertThatTensor(gradient(x -> Tensors.atLeast(x, -7), -8, -6.5f, 3)).hasValues(0, 1, 1);
  }

  @Test
  void logSumExpIsSafeForLargeValues() {
    NDArray x = Tensors.copyOf(manager, new float[] {1000, 1000, -1000, 0}, new Shape(2, 2));
    // An ulp of 1000 is 6e-5.
    assertThatTensor(Tensors.logSumExp(x, 1))
        .hasShape(2)
        .isCloseTo(new double[] {1000 + Math.log(2), 0}, 6e-5);
    assertThatTensor(Tensors.logSumExp(x, 0)).hasShape(2).isCloseTo(new double[] {1000, 1000}, 0);
  }

  @Test
  void theGradientOfLogSumExpIsSoftmax() {
    double sum = Math.E + 1 + 1 / Math.E;
    assertThatTensor(gradient(x -> Tensors.logSumExp(x, 0), 1, 0, -1))
        .isCloseTo(new double[] {Math.E / sum, 1 / sum, 1 / Math.E / sum}, TOLERANCE);
  }

  @Test
  void requiresShapes() {
    NDArray x = manager.zeros(new Shape(2, 3));
    Tensors.requireShape("x", x, 2, -1);
    assertThatThrownBy(() -> Tensors.requireShape("x", x, 2, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x has shape (2, 3), expected (2, 4)");
    assertThatThrownBy(() -> Tensors.requireShape("x", x, 2, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("x has shape (2, 3), expected (2, 3, 1)");
  }
}
