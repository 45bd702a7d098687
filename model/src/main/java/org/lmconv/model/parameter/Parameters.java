package org.lmconv.model.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;

/**
 * The parameters of a network on a device: one flat tensor [P], which the optimiser changes in
 * place, and the parameters by name as views of it; of their gradients the same. Nothing is copied.
 */
public final class Parameters {
  /**
   * A parameter.
   *
   * @param value of its shape: a view into the flat tensor of all parameters
   * @param gradient of the same shape, to be overwritten in backward: a view into the flat tensor
   *     of all gradients; null where none is wanted, or where autograd computes it
   */
  public record Parameter(NDArray value, NDArray gradient) {}

  private final NDManager manager;
  private final ParameterLayout layout;
  private final NDArray flat;
  private final NDArray gradient; // flat, [P]; null where none is wanted or autograd has it
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private Parameters trained; // scoring needs no gradients

  /**
   * Parameters to score with.
   *
   * @param manager owns the tensors, on its device
   * @param values copied
   */
  public Parameters(NDManager manager, ParameterLayout layout, ParameterVector values) {
    this(manager, layout, copied(manager, layout, values), null, view -> view);
  }

  private Parameters(
      NDManager manager,
      ParameterLayout layout,
      NDArray flat,
      NDArray gradient,
      UnaryOperator<NDArray> kind) {
    this.manager = manager;
    this.layout = layout;
    this.flat = flat;
    this.gradient = gradient;
    for (ParameterSpec spec : layout.specs()) {
      NDArray slope = gradient == null ? null : view(gradient, spec);
      byName.put(spec.name(), new Parameter(kind.apply(view(flat, spec)), slope));
    }
  }

  private static NDArray copied(NDManager manager, ParameterLayout layout, ParameterVector values) {
    if (values.size() != layout.size()) {
      throw new IllegalArgumentException(
          "the network has %d parameters, got %d".formatted(layout.size(), values.size()));
    }
    return Tensors.kept(Tensors.copyOf(manager, values.values(), new Shape(layout.size())));
  }

  private NDArray view(NDArray of, ParameterSpec spec) {
    int from = layout.offset(spec.name());
    NDArray view =
        Tensors.scoped(() -> Tensors.slice(of, 0, from, from + spec.size()).reshape(spec.shape()));
    Tensors.kept(view).attach(manager);
    return view;
  }

  /** The same parameters, to train: backward writes their gradients. */
  public Parameters trained() {
    if (trained == null) {
      NDArray gradients = Tensors.kept(manager.zeros(new Shape(layout.size())));
      trained = new Parameters(manager, layout, flat, gradients, view -> view);
    }
    return trained;
  }

  /**
   * The same parameters, to train with libtorch's autograd, as its leaves.
   *
   * @param owner of the leaves; new ones for each update, for gradients add up in them
   */
  public Parameters leaves(NDManager owner) {
    return new Parameters(owner, layout, flat, null, view -> Autograd.leaf(owner, view));
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

  /** All parameters, [P]. */
  public NDArray flat() {
    return flat;
  }

  /** The gradients of all parameters after backward, [P]. */
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

  /** A copy on the Java heap. */
  public ParameterVector toVector() {
    return new ParameterVector(flat.toFloatArray());
  }

  /** Waits until the device has done all that it was told, which a GPU does in its own time. */
  public void synchronize() {
    Tensors.freeing(() -> Tensors.slice(flat, 0, 0, 1).toFloatArray());
  }
}
