package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
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
   * @param upstream d loss / d output, of its shape; closed
   */
  public void backward(Feature output, NDArray upstream) {
    output.addGradient(upstream);
    while (!entries.isEmpty()) {
      Entry entry = entries.pop();
      NDArray gradient = entry.output().takeGradient();
      if (gradient != null) {
        Tensors.freeing(
            () -> {
              entry.rule().accept(gradient);
              return null;
            });
      }
      entry.output().close();
      for (NDArray each : entry.kept()) {
        each.close();
      }
    }
  }
}
