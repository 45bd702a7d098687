package org.lmconv.model.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lmconv.model.tensor.Tensors;

/**
 * All parameters in one flat tensor [P] on a device, changed in place by the optimiser. A forward
 * pass reads them through {@link #read} or {@link #leaves}: views, so nothing is copied.
 */
public final class DeviceParameters {
  private final ParameterLayout layout;
  private final NDArray flat;

  /**
   * @param manager owns the tensor, on its device
   * @param values copied
   */
  public DeviceParameters(NDManager manager, ParameterLayout layout, ParameterVector values) {
    if (values.size() != layout.size()) {
      throw new IllegalArgumentException(
          "the network has %d parameters, got %d".formatted(layout.size(), values.size()));
    }
    this.layout = layout;
    this.flat = Tensors.copyOf(manager, values.values(), new Shape(layout.size()));
  }

  /** The flat tensor [P]. */
  public NDArray flat() {
    return flat;
  }

  /** Parameters to score with. */
  public Parameters read(NDManager manager) {
    return Parameters.views(manager, layout, flat, false);
  }

  /** Parameters to train: leaves that receive gradients. */
  public Parameters leaves(NDManager manager) {
    return Parameters.views(manager, layout, flat, true);
  }

  /** A copy on the Java heap. */
  public ParameterVector toVector() {
    return new ParameterVector(flat.toFloatArray());
  }
}
