package org.lmconv.model.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;

/** The parameters of one forward pass by name, as views into the flat tensor. */
public final class Parameters {
  private final Map<String, NDArray> byName = new LinkedHashMap<>();

  private Parameters() {}

  static Parameters views(
      NDManager manager, ParameterLayout layout, NDArray flat, boolean receiveGradients) {
    Parameters parameters = new Parameters();
    for (ParameterSpec spec : layout.specs()) {
      int offset = layout.offset(spec.name());
      NDArray view =
          Tensors.scoped(
              () -> Tensors.slice(flat, 0, offset, offset + spec.size()).reshape(spec.shape()));
      Tensors.kept(view).attach(manager);
      NDArray parameter = receiveGradients ? Autograd.leaf(manager, view) : view;
      parameters.byName.put(spec.name(), parameter);
    }
    return parameters;
  }

  /**
   * A parameter.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public NDArray get(String name) {
    NDArray parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("the network has no parameter " + name);
    }
    return parameter;
  }

  /** The gradients that backward left at the leaves, joined into one flat tensor [P]. */
  public NDArray gradient() {
    return Tensors.scoped(
        () -> {
          NDList gradients = new NDList(byName.size());
          byName.values().forEach(p -> gradients.add(Autograd.gradient(p).flatten()));
          return Tensors.concat(0, gradients.toArray(NDArray[]::new));
        });
  }
}
