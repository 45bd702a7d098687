package org.lmconv.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Tape;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.parameter.Parameters.Parameter;
import org.lmconv.model.tensor.Autograd;

/**
 * A piece of a network, run forward and backward by one of the implementations of the operations.
 * All images here are {@code [N, C, H, W]}, whatever the implementation has.
 */
public final class Pass {
  /** A piece of a network. */
  @FunctionalInterface
  public interface Piece {
    Feature run(Operations operations, Parameters parameters, List<Feature> inputs);
  }

  private final NDArray output;
  private final List<NDArray> inputGradients;
  private final Parameters parameters;

  private Pass(NDArray output, List<NDArray> inputGradients, Parameters parameters) {
    this.output = output;
    this.inputGradients = inputGradients;
    this.parameters = parameters;
  }

  /**
   * Runs a piece.
   *
   * @param manager owns the results
   * @param upstream d loss / d output for the shape of the output
   * @param between runs between forward and backward
   */
  public static Pass run(
      Style style,
      NDManager manager,
      Parameters parameters,
      List<NDArray> inputs,
      Function<Shape, NDArray> upstream,
      Runnable between,
      Piece piece) {
    return style == Style.REFERENCE
        ? reference(manager, parameters, inputs, upstream, between, piece)
        : fused(style, parameters, inputs, upstream, between, piece);
  }

  /** The same with nothing between forward and backward. */
  public static Pass run(
      Style style,
      NDManager manager,
      Parameters parameters,
      List<NDArray> inputs,
      Function<Shape, NDArray> upstream,
      Piece piece) {
    return run(style, manager, parameters, inputs, upstream, () -> {}, piece);
  }

  /** Runs a piece without gradients; the output as {@code [N, C, H, W]}. */
  public static NDArray score(
      Style style, Parameters parameters, List<NDArray> inputs, Piece piece) {
    Operations operations = style.scoring();
    List<Feature> features =
        inputs.stream().map(x -> new Feature(toLayout(style, x), true)).toList();
    return Autograd.notRecording(
        () -> operations.output(piece.run(operations, parameters, features)));
  }

  private static NDArray toLayout(Style style, NDArray x) {
    return style == Style.REFERENCE ? x.duplicate() : x.transpose(0, 2, 3, 1).duplicate();
  }

  private static Pass fused(
      Style style,
      Parameters device,
      List<NDArray> inputs,
      Function<Shape, NDArray> upstream,
      Runnable between,
      Piece piece) {
    Tape tape = new Tape();
    Operations operations = style.training(tape);
    List<Feature> features =
        inputs.stream().map(x -> new Feature(toLayout(style, x), true)).toList();
    Feature result = Autograd.notRecording(() -> piece.run(operations, device.trained(), features));
    NDArray output = operations.output(result).duplicate(); // backward frees the original
    between.run();
    NDArray slope = upstream.apply(output.getShape()).transpose(0, 2, 3, 1).duplicate();
    Autograd.notRecording(
        () -> {
          tape.backward(result, slope);
          return null;
        });
    List<NDArray> gradients = new ArrayList<>();
    for (Feature feature : features) {
      NDArray gradient = feature.gradient();
      gradients.add(gradient == null ? null : gradient.transpose(0, 3, 1, 2));
    }
    return new Pass(output, gradients, device.trained());
  }

  private static Pass reference(
      NDManager manager,
      Parameters device,
      List<NDArray> inputs,
      Function<Shape, NDArray> upstream,
      Runnable between,
      Piece piece) {
    Parameters leaves = device.leaves(manager);
    Operations operations = Style.REFERENCE.training(null);
    List<NDArray> tensors = inputs.stream().map(x -> Autograd.leaf(manager, x)).toList();
    List<Feature> features = tensors.stream().map(x -> new Feature(x, true)).toList();
    NDArray output =
        Autograd.recording(() -> operations.output(piece.run(operations, leaves, features)));
    between.run();
    Autograd.backward(output, upstream.apply(output.getShape()));
    return new Pass(output, tensors.stream().map(Autograd::gradient).toList(), leaves);
  }

  /** The output, {@code [N, C, H, W]}. */
  public NDArray output() {
    return output;
  }

  /** The gradient with respect to an input, {@code [N, C, H, W]}. */
  public NDArray inputGradient(int i) {
    return inputGradients.get(i);
  }

  /** The gradient with respect to a parameter. */
  public NDArray gradient(String name) {
    Parameter parameter = parameters.get(name);
    return parameter.gradient() == null
        ? Autograd.gradient(parameter.value())
        : parameter.gradient();
  }

  /** All gradients with respect to parameters, flat. */
  public float[] gradient() {
    return parameters.gradient().toFloatArray();
  }
}
