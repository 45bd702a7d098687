package org.lmconv.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Tensors;

/**
 * Adam (Kingma and Ba 2015, arXiv 1412.6980) on one flat tensor of parameters, on its device:
 *
 * <pre>
 * g = gradient · min(1, clip / (‖gradient‖ + 1e−6)) + weightDecay · p
 * m = β1 m + (1 − β1) g;  v = β2 v + (1 − β2) g²
 * p = p − rate / (1 − β1^t) · m / (sqrt(v) / sqrt(1 − β2^t) + ε)
 * </pre>
 *
 * <p>Where clipping, decay and ε go is as in PyTorch, so that its runs can be compared and
 * continued.
 */
public final class Adam {
  private static final double CLIP_EPSILON = 1e-6;

  private final AdamSettings settings;
  private final NDArray m;
  private final NDArray v;
  private long updates;

  /**
   * @param manager owns the state, on its device
   * @param state copied
   */
  public Adam(NDManager manager, AdamSettings settings, AdamState state) {
    this.settings = settings;
    this.updates = state.step();
    this.m = Tensors.copyOf(manager, state.m().values(), new Shape(state.m().size()));
    this.v = Tensors.copyOf(manager, state.v().values(), new Shape(state.v().size()));
  }

  /**
   * Makes one update in place.
   *
   * @param parameters [P], changed
   * @param gradient [P], clipped and decayed in place
   * @param learningRate of this update
   * @return norm of the gradient before clipping; if it is infinite or NaN nothing was changed
   */
  public double update(NDArray parameters, NDArray gradient, double learningRate) {
    return Tensors.freeing(
        () -> Autograd.notRecording(() -> apply(parameters, gradient, learningRate)));
  }

  private double apply(NDArray parameters, NDArray gradient, double learningRate) {
    double norm = gradient.norm().getFloat();
    if (Double.isFinite(norm)) {
      double coefficient = settings.clip() / (norm + CLIP_EPSILON);
      double factor = settings.clip() > 0 && coefficient < 1 ? coefficient : 1;
      Kernels.apply("clip_and_decay_", gradient, parameters, factor, settings.weightDecay());
      move(parameters, gradient, learningRate);
    }
    return norm;
  }

  private void move(NDArray parameters, NDArray gradient, double learningRate) {
    updates++;
    double meanCorrection = 1 - Math.pow(settings.beta1(), updates);
    double squareCorrection = 1 - Math.pow(settings.beta2(), updates);
    double[] numbers = {
      settings.beta1(),
      settings.beta2(),
      settings.epsilon(),
      // A rate without measure must not fail before the loss that it makes infinite does.
      Math.min(learningRate / meanCorrection, Float.MAX_VALUE),
      Math.sqrt(squareCorrection)
    };
    Kernels.apply("adam_", parameters, gradient, m, v, numbers);
  }

  /** A copy of the state on the Java heap. */
  public AdamState state() {
    return new AdamState(
        updates, new ParameterVector(m.toFloatArray()), new ParameterVector(v.toFloatArray()));
  }
}
