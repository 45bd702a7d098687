package org.lmconv.model.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lmconv.model.tensor.Tensors;

/**
 * All parameters in one flat tensor [P] on a device, changed in place by the optimiser, and their
 * gradients in another. The parameters that a pass reads, and the gradients that it writes, are
 * views of these: nothing is copied.
 */
public final class DeviceParameters {
  private final NDManager manager;
  private final ParameterLayout layout;
  private final NDArray flat;
  private final Parameters read;
  private Parameters trained; // scoring needs no gradients

  /**
   * @param manager owns the tensors, on its device
   * @param values copied
   */
  public DeviceParameters(NDManager manager, ParameterLayout layout, ParameterVector values) {
    if (values.size() != layout.size()) {
      throw new IllegalArgumentException(
          "the network has %d parameters, got %d".formatted(layout.size(), values.size()));
    }
    this.manager = manager;
    this.layout = layout;
    this.flat = Tensors.kept(Tensors.copyOf(manager, values.values(), new Shape(layout.size())));
    this.read = Parameters.views(manager, layout, flat, null);
  }

  /** The flat tensor [P]. */
  public NDArray flat() {
    return flat;
  }

  /** Parameters to score with. */
  public Parameters read() {
    return read;
  }

  /** Parameters to train: backward writes their gradients. */
  public Parameters trained() {
    if (trained == null) {
      NDArray gradient = Tensors.kept(manager.zeros(new Shape(layout.size())));
      trained = Parameters.views(manager, layout, flat, gradient);
    }
    return trained;
  }

  /**
   * Parameters to train with libtorch's autograd.
   *
   * @param step owns the leaves; new ones for each step, for gradients add up in them
   */
  public Parameters leaves(NDManager step) {
    return Parameters.leaves(step, layout, flat);
  }

  /** Waits until the device has done all that it was told, which a GPU does in its own time. */
  public void synchronize() {
    Tensors.freeing(() -> Tensors.slice(flat, 0, 0, 1).toFloatArray());
  }

  /** A copy on the Java heap. */
  public ParameterVector toVector() {
    return new ParameterVector(flat.toFloatArray());
  }
}
