package org.lmconv.model.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;

/** The parameters of a forward pass by name. */
public final class Parameters {
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final NDArray gradient; // flat, [P]; null where no gradient is wanted or autograd has it

  private Parameters(NDArray gradient) {
    this.gradient = gradient;
  }

  /** Views of a flat tensor, and of one for their gradients if that is not null. */
  static Parameters views(
      NDManager manager, ParameterLayout layout, NDArray flat, NDArray gradient) {
    Parameters parameters = new Parameters(gradient);
    for (ParameterSpec spec : layout.specs()) {
      NDArray value = view(manager, layout, flat, spec);
      NDArray slope = gradient == null ? null : view(manager, layout, gradient, spec);
      parameters.byName.put(spec.name(), new Parameter(value, slope));
    }
    return parameters;
  }

  /** Leaves of autograd, which share the memory of a flat tensor. */
  static Parameters leaves(NDManager manager, ParameterLayout layout, NDArray flat) {
    Parameters parameters = new Parameters(null);
    for (ParameterSpec spec : layout.specs()) {
      NDArray leaf = Autograd.leaf(manager, view(manager, layout, flat, spec));
      parameters.byName.put(spec.name(), new Parameter(leaf, null));
    }
    return parameters;
  }

  private static NDArray view(
      NDManager manager, ParameterLayout layout, NDArray flat, ParameterSpec spec) {
    int from = layout.offset(spec.name());
    NDArray view =
        Tensors.scoped(
            () -> Tensors.slice(flat, 0, from, from + spec.size()).reshape(spec.shape()));
    Tensors.kept(view).attach(manager);
    return view;
  }

  /**
   * A parameter.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Parameter get(String name) {
    Parameter parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("the network has no parameter " + name);
    }
    return parameter;
  }

  /** The gradients of all parameters after backward, in one flat tensor [P]. */
  public NDArray gradient() {
    if (gradient != null) {
      return gradient;
    }
    return Tensors.scoped(
        () -> {
          NDList gradients = new NDList(byName.size());
          byName.values().forEach(p -> gradients.add(Autograd.gradient(p.value()).flatten()));
          return Tensors.concat(0, gradients.toArray(NDArray[]::new));
        });
  }
}
