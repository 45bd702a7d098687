package org.lmconv.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.lmconv.model.parameter.DeviceParameters;
import org.lmconv.model.parameter.Initializer;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;

/**
 * A layer at random parameters and random inputs, whose gradients are compared with finite
 * differences.
 */
public final class LayerGradients {
  private static final int COORDINATES = 12;

  /** A layer: its output for the values of its parameters and inputs. */
  @FunctionalInterface
  public interface Layer {
    /** {@code manager} lives as long as the output is needed. */
    NDArray forward(NDManager manager, Parameters parameters, List<NDArray> inputs);
  }

  private final ParameterLayout layout;
  private final Layer layer;
  private final List<Shape> shapes;
  private final ParameterVector parameters;
  private final List<float[]> inputs;

  /**
   * @param specs initial parameters are drawn, then shifted a little, so that gains are not norms
   * @param shapes of the inputs, whose elements are uniform in [−2, 2)
   */
  public LayerGradients(List<ParameterSpec> specs, Layer layer, long seed, Shape... shapes) {
    this.layout = new ParameterLayout(specs);
    this.layer = layer;
    this.shapes = List.of(shapes);
    this.parameters = Initializer.draw(layout, seed);
    float[] shift = Gradients.upstream(layout.size(), seed + 1);
    parameters.add(0.1f, new ParameterVector(shift));
    this.inputs =
        IntStream.range(0, shapes.length)
            .mapToObj(i -> doubled(Gradients.upstream((int) shapes[i].size(), seed + 2 + i)))
            .toList();
  }

  private static float[] doubled(float[] values) {
    ParameterVector vector = new ParameterVector(values);
    vector.scale(2);
    return vector.values();
  }

  /** Compares the gradients of all inputs and parameters at a few coordinates of each. */
  public void check(float step, double tolerance) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      Parameters leaves = device(manager).leaves(manager);
      List<NDArray> tensors =
          tensors(manager).stream().map(x -> Autograd.leaf(manager, x)).toList();
      NDArray y = Autograd.recording(() -> layer.forward(manager, leaves, tensors));
      float[] weights = Gradients.upstream((int) y.size(), 99);
      Autograd.backward(y, Tensors.copyOf(manager, weights, y.getShape()));
      for (int i = 0; i < inputs.size(); i++) {
        float[] gradient = Autograd.gradient(tensors.get(i)).toFloatArray();
        compare("input " + i, inputs.get(i), gradient, weights, step, tolerance);
      }
      if (layout.size() > 0) {
        float[] gradient = leaves.gradient().toFloatArray();
        compare("parameters", parameters.values(), gradient, weights, step, tolerance);
      }
    }
  }

  private void compare(
      String what, float[] at, float[] gradient, float[] weights, float step, double tolerance) {
    int[] coordinates = Gradients.some(COORDINATES, at.length, at.length);
    Gradients.assertAgree(
        what, point -> value(weights), at, gradient, coordinates, step, tolerance);
  }

  /** The weighted output at the current parameters and inputs. */
  private double value(float[] weights) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      Supplier<NDArray> forward =
          () -> layer.forward(manager, device(manager).read(manager), tensors(manager));
      return Gradients.weighted(Autograd.notRecording(forward).toFloatArray(), weights);
    }
  }

  private DeviceParameters device(NDManager manager) {
    return new DeviceParameters(manager, layout, parameters);
  }

  private List<NDArray> tensors(NDManager manager) {
    return IntStream.range(0, inputs.size())
        .mapToObj(i -> Tensors.copyOf(manager, inputs.get(i), shapes.get(i)))
        .toList();
  }
}
