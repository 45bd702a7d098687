package org.lmconv.model.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Tensor operations that the model needs and DJL lacks or makes dangerous.
 *
 * <p><b>Memory.</b> On the CPU, {@code NDManager.create} and every operation that takes a Java
 * number wrap a Java buffer that libtorch does not own; autograd keeps the tensor for backward, the
 * garbage collector frees the buffer, and backward reads whatever is there by then: wrong
 * gradients, silently. So tensors come from here, in memory that libtorch owns, and the build
 * refuses the dangerous calls anywhere else (see {@code forbidden-djl.txt}).
 */
public final class Tensors {
  private Tensors() {}

  /**
   * A tensor with a copy of {@code values}, which are in row-major order.
   *
   * @param manager owns the result
   */
  @SuppressForbidden("the tensor over the Java buffer is copied and closed before anyone sees it")
  public static NDArray copyOf(NDManager manager, float[] values, Shape shape) {
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          "%d values do not fill a tensor of shape %s".formatted(values.length, shape));
    }
    try (NDArray overJavaBuffer = manager.create(values, shape)) {
      return overJavaBuffer.duplicate();
    }
  }

  /**
   * An int64 tensor [values] with a copy of {@code values}.
   *
   * @param manager owns the result
   */
  @SuppressForbidden("the tensor over the Java buffer is copied and closed before anyone sees it")
  public static NDArray copyOf(NDManager manager, long[] values) {
    try (NDArray overJavaBuffer = manager.create(values)) {
      return overJavaBuffer.duplicate();
    }
  }

  /** A float32 constant of shape (), for arithmetic with a number. */
  public static NDArray scalar(NDManager manager, double value) {
    return manager.full(new Shape(), (float) value, DataType.FLOAT32);
  }

  /** A float32 constant of shape (), owned by the manager of {@code like}. */
  public static NDArray scalar(NDArray like, double value) {
    return scalar(like.getManager(), value);
  }

  /** Elements {@code from} to {@code to} (exclusive) along {@code axis}: a view, not a copy. */
  public static NDArray slice(NDArray x, int axis, long from, long to) {
    return JniUtils.slice((PtNDArray) x, axis, from, to, 1);
  }

  /** Concatenation along {@code axis}. */
  public static NDArray concat(int axis, NDArray... parts) {
    return parts.length == 1 ? parts[0] : NDArrays.concat(new NDList(parts), axis);
  }

  /** σ(x) = 1 / (1 + e^−x). */
  public static NDArray sigmoid(NDArray x) {
    return Activation.sigmoid(x);
  }

  /** log(1 + e^x). */
  public static NDArray softplus(NDArray x) {
    return Activation.softPlus(x);
  }

  /** max(x, lower bound), with gradient 1 above the bound and 0 below. */
  public static NDArray atLeast(NDArray x, double bound) {
    return x.maximum(scalar(x, bound));
  }

  /** {@code yes} where the condition holds, else {@code no}; all three are broadcast. */
  public static NDArray where(NDArray condition, NDArray yes, NDArray no) {
    return JniUtils.where((PtNDArray) condition, (PtNDArray) yes, (PtNDArray) no);
  }

  /** log Σ e^x along {@code axis}, which disappears; safe for any finite x. */
  public static NDArray logSumExp(NDArray x, int axis) {
    // The shift cancels out, so no gradient needs to flow through it.
    NDArray shift = x.max(new int[] {axis}, true).stopGradient();
    NDArray sum = x.sub(shift).exp().sum(new int[] {axis});
    return sum.log().add(shift.squeeze(axis));
  }

  /**
   * Runs {@code body} and frees all that it made but its result (autograd keeps what backward
   * needs). Scopes nest: the result belongs to the scope around this one.
   *
   * @param body returns a tensor that it made itself, never one that it was given
   */
  public static NDArray scoped(Supplier<NDArray> body) {
    NDArray result;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      result = body.get();
      NDScope.unregister(result);
    }
    NDScope.register(result);
    return result;
  }

  /**
   * Runs {@code body} and frees every tensor that it made.
   *
   * @param body returns anything but a tensor
   */
  public static <T> T freeing(Supplier<T> body) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return body.get();
    }
  }

  /** Takes {@code x} out of the scope around it: its manager alone decides how long it lives. */
  public static NDArray kept(NDArray x) {
    NDScope.unregister(x);
    return x;
  }

  /**
   * Fails unless {@code x} has the given shape; DJL would broadcast in silence.
   *
   * @param what names the tensor in the message
   * @param expected sizes, −1 for any
   * @throws IllegalArgumentException with both shapes
   */
  public static void requireShape(String what, NDArray x, long... expected) {
    Shape got = x.getShape();
    boolean same = got.dimension() == expected.length;
    for (int i = 0; same && i < expected.length; i++) {
      same = expected[i] == -1 || expected[i] == got.get(i);
    }
    if (!same) {
      throw new IllegalArgumentException(
          "%s has shape %s, expected %s".formatted(what, got, new Shape(expected)));
    }
  }
}
