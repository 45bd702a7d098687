package org.lmconv.model.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Gradients without DJL's {@code GradientCollector}, of which a JVM has only one at a time: two
 * training tasks in one executor need one each. libtorch's own switch is per thread.
 */
public final class Autograd {
  private Autograd() {}

  /** Runs {@code body} with operations recorded for backward. */
  public static <T> T recording(Supplier<T> body) {
    return inMode(true, body);
  }

  /** Runs {@code body} without recording: for scoring, and for updates in place. */
  public static <T> T notRecording(Supplier<T> body) {
    return inMode(false, body);
  }

  private static <T> T inMode(boolean record, Supplier<T> body) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(record);
    try {
      return body.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /**
   * A leaf of the graph that shares the memory of {@code x}: a change of {@code x} in place is a
   * change of the leaf, and backward leaves the gradient at the leaf.
   *
   * @param manager owns the leaf
   */
  public static NDArray leaf(NDManager manager, NDArray x) {
    NDArray leaf = Tensors.kept(x.stopGradient());
    leaf.attach(manager);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** Back-propagates from the scalar {@code loss} to all leaves; the graph is freed. */
  public static void backward(NDArray loss) {
    backward(loss, Tensors.scalar(loss, 1));
  }

  /**
   * Back-propagates an upstream gradient from {@code output}; the graph is freed.
   *
   * @param output any shape
   * @param upstream d loss / d output, of the same shape
   */
  public static void backward(NDArray output, NDArray upstream) {
    JniUtils.backward((PtNDArray) output, (PtNDArray) upstream, false, false);
  }

  /** The gradient that backward left at {@code leaf}, of its shape. */
  public static NDArray gradient(NDArray leaf) {
    return leaf.getGradient();
  }
}
