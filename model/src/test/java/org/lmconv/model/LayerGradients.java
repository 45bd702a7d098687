package org.lmconv.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
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
    Feature forward(
        NDManager manager, Operations operations, Parameters parameters, List<Feature> inputs);
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
    this.parameters = layout.draw(seed);
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
  public void check(Style style, float step, double tolerance) {
    try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
      float[][] weights = new float[1][];
      Pass pass =
          Pass.run(
              style,
              manager,
              device(manager),
              tensors(manager),
              shape -> {
                weights[0] = Gradients.upstream((int) shape.size(), 99);
                return Tensors.copyOf(manager, weights[0], shape);
              },
              (operations, p, in) -> layer.forward(manager, operations, p, in));
      for (int i = 0; i < inputs.size(); i++) {
        float[] gradient = pass.inputGradient(i).toFloatArray();
        compare(style, "input " + i, inputs.get(i), gradient, weights[0], step, tolerance);
      }
      if (layout.size() > 0) {
        float[] gradient = pass.gradient();
        compare(style, "parameters", parameters.values(), gradient, weights[0], step, tolerance);
      }
    }
  }

  private void compare(
      Style style,
      String what,
      float[] at,
      float[] gradient,
      float[] weights,
      float step,
      double tolerance) {
    int[] coordinates = Gradients.some(COORDINATES, at.length, at.length);
    Gradients.assertAgree(
        style + ", " + what,
        point -> value(style, weights),
        at,
        gradient,
        coordinates,
        step,
        tolerance);
  }

  /** The weighted output at the current parameters and inputs. */
  private double value(Style style, float[] weights) {
    try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
      NDArray output =
          Pass.score(
              style,
              device(manager),
              tensors(manager),
              (operations, p, in) -> layer.forward(manager, operations, p, in));
      return Gradients.weighted(output.toFloatArray(), weights);
    }
  }

  private Parameters device(NDManager manager) {
    return new Parameters(manager, layout, parameters);
  }

  private List<NDArray> tensors(NDManager manager) {
    return IntStream.range(0, inputs.size())
        .mapToObj(i -> Tensors.copyOf(manager, inputs.get(i), shapes.get(i)))
        .toList();
  }
}
