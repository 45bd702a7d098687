package org.lmconv.model;

import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Npz;

/** The arrays of a golden archive as tensors and parameters; see goldens/README.md. */
public final class Goldens {
  private final Npz arrays;

  private Goldens(Npz arrays) {
    this.arrays = arrays;
  }

  /** Reads {@code /goldens/NAME} from the class path. */
  public static Goldens of(String archive) {
    return new Goldens(Npz.resource(archive));
  }

  /** The arrays themselves. */
  public Npz arrays() {
    return arrays;
  }

  /** A float32 array as a tensor of its shape. */
  public NDArray tensor(NDManager manager, String name) {
    return Tensors.copyOf(manager, arrays.floats(name), new Shape(arrays.shape(name)));
  }

  /** A float32 array as a leaf that receives a gradient. */
  public NDArray leaf(NDManager manager, String name) {
    return Autograd.leaf(manager, tensor(manager, name));
  }

  /**
   * Golden values for all parameters of a layout.
   *
   * @param arrayOf the array's name for a parameter's name
   */
  public Parameters parameters(
      NDManager manager, ParameterLayout layout, UnaryOperator<String> arrayOf) {
    ParameterVector values = ParameterVector.zeros(layout.size());
    for (ParameterSpec spec : layout.specs()) {
      String name = arrayOf.apply(spec.name());
      assertSameShape(spec, name);
      float[] array = arrays.floats(name);
      System.arraycopy(array, 0, values.values(), layout.offset(spec.name()), array.length);
    }
    return new Parameters(manager, layout, values);
  }

  private void assertSameShape(ParameterSpec spec, String name) {
    Shape shape = new Shape(arrays.shape(name));
    if (!shape.equals(spec.shape())) {
      throw new AssertionError(
          "%s has shape %s, golden %s %s".formatted(spec.name(), spec.shape(), name, shape));
    }
  }

  /** Fails unless the tensor has the shape of a golden array and its values within tolerance. */
  public void assertClose(NDArray actual, String name, double tolerance) {
    assertThatTensor(actual)
        .as(name)
        .hasShape(arrays.shape(name))
        .isCloseTo(arrays.floats(name), tolerance);
  }

  /**
   * The same with a tolerance relative to the largest golden element, or absolute where that is
   * below 1: for gradients, whose elements are sums of terms as large as the largest.
   */
  public void assertCloseToScale(NDArray actual, String name, double tolerance) {
    double scale = 1;
    for (float value : arrays.floats(name)) {
      scale = Math.max(scale, Math.abs(value));
    }
    assertClose(actual, name, tolerance * scale);
  }
}
