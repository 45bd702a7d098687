package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Tensors;

/**
 * The operations of a pass, in their order, each with the rule of its gradient; backward plays them
 * in reverse. What an operation keeps for its rule, and each feature map, is freed as soon as
 * backward is past it. For one pass.
 *
 * <p>libtorch's autograd would keep more, and computes the gradient of a convolution with respect
 * to its input at half the speed of the convolution.
 */
public final class Tape {
  private record Entry(Feature output, Consumer<NDArray> rule, NDArray[] kept) {}

  private final Deque<Entry> entries = new ArrayDeque<>();

  /**
   * Records an operation.
   *
   * @param output made by it
   * @param rule takes the gradient of the output, and closes it or hands it on
   * @param kept tensors that the rule reads besides feature maps
   */
  void record(Feature output, Consumer<NDArray> rule, NDArray... kept) {
    Tensors.kept(output.value());
    for (NDArray each : kept) {
      Tensors.kept(each);
    }
    entries.push(new Entry(output, rule, kept));
  }

  /**
   * Propagates back to all parameters and inputs.
   *
   * @param output of the pass
   * @param upstream d loss / d output, of its shape; belongs to the tape from now on
   */
  public void backward(Feature output, NDArray upstream) {
    output.setGradient(Tensors.kept(upstream));
    while (!entries.isEmpty()) {
      Entry entry = entries.pop();
      NDArray gradient = entry.output().gradient();
      if (gradient != null) {
        entry.output().setGradient(null);
        Tensors.freeing(
            () -> {
              entry.rule().accept(gradient);
              return null;
            });
      }
      entry.output().value().close();
      for (NDArray each : entry.kept()) {
        each.close();
      }
    }
  }

  /** Adds to the gradient of a feature map; {@code gradient} belongs to that from now on. */
  static void add(Feature to, NDArray gradient) {
    if (!to.isDifferentiable()) {
      gradient.close();
    } else if (to.gradient() == null) {
      to.setGradient(Tensors.kept(gradient));
    } else {
      Kernels.apply("add_", to.gradient(), gradient);
      gradient.close();
    }
  }
}
