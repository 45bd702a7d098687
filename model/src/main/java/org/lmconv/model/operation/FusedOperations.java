package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lmconv.model.parameter.Parameters.Parameter;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.tensor.Tensors;

/**
 * The operations as models run them: kernels of few passes on {@code [N, H, W, C]}, in place where
 * nobody looks, with gradients of their own. What a nonlinearity makes is computed again in
 * backward: that is cheaper than to keep it.
 */
public final class FusedOperations implements Operations {
  private final Precision precision;
  private final boolean recomputing;
  private Tape tape; // null where nothing is recorded

  private FusedOperations(Precision precision, Tape tape, boolean recomputing) {
    this.precision = precision;
    this.tape = tape;
    this.recomputing = recomputing;
  }

  /** Without gradients. */
  public static FusedOperations scoring(Precision precision) {
    return new FusedOperations(precision, null, false);
  }

  /** With gradients, on the tape; {@code recomputing} tells whether to save memory. */
  public static FusedOperations training(Precision precision, Tape tape, boolean recomputing) {
    return new FusedOperations(precision, tape, recomputing);
  }

  private Feature made(NDArray value, Consumer<NDArray> rule, NDArray... kept) {
    Feature result = new Feature(value, true);
    if (tape != null) {
      tape.record(result, rule, kept);
    }
    return result;
  }

  @Override
  public Feature input(NDArray images) {
    Feature result = new Feature(Kernels.tensor("with_ones", images), false);
    if (tape != null) {
      tape.record(result, NDArray::close);
    }
    return result;
  }

  /** What a convolution does to its input before it reads it: all but x and its gradient. */
  private record Activation(Nonlinearity nonlinearity, NDArray[] scales, Precision precision) {
    private static final NDArray[] NO_SCALES = {};

    /** {@code [N, H, W, C]} to {@code [N, H, W, C]}, or 2C; may be x itself. */
    NDArray apply(NDArray x) {
      return nonlinearity == Nonlinearity.NONE
          ? Kernels.cast(x, precision)
          : Kernels.cast(Kernels.tensor("elu", x, doubles(), scales), precision);
    }

    /** The gradient with respect to x, by what {@link #apply} made of it; may be dy itself. */
    NDArray backward(NDArray dy, NDArray x, NDArray activated) {
      return nonlinearity == Nonlinearity.NONE
          ? dy
          : Kernels.tensor("elu_backward", dy, x, activated, doubles(), scales);
    }

    private boolean doubles() {
      return nonlinearity == Nonlinearity.CELU;
    }
  }

  @Override
  public Feature convolution(
      Feature x,
      Nonlinearity before,
      NDArray scales,
      Weight weight,
      Parameter bias,
      Parameter maskWeight,
      MaskTensors mask) {
    NDArray[] factors =
        scales == null
            ? Activation.NO_SCALES
            : new NDArray[] {scales.reshape(scales.getShape().get(0), 1, 1, -1)};
    Activation activation = new Activation(before, factors, precision);
    NDArray offset = bias == null ? null : bias.value();
    NDArray y =
        Tensors.scoped(() -> mask.convolve(activation.apply(x.value()), weight.value(), offset));
    if (maskWeight != null) {
      Kernels.apply("mask_weight_", y, maskWeight.value(), mask.matrix());
    }
    return made(
        y,
        dy -> {
          if (bias != null) {
            Kernels.apply("bias_backward", dy, bias.gradient());
          }
          if (maskWeight != null) {
            Kernels.apply("mask_weight_backward", dy, mask.matrix(), maskWeight.gradient());
          }
          backward(dy, x, activation, weight, mask);
          dy.close();
        },
        factors);
  }

  private static void backward(
      NDArray dy, Feature x, Activation activation, Weight weight, MaskTensors mask) {
    NDArray upstream = Kernels.cast(dy, activation.precision());
    NDArray activated = activation.apply(x.value());
    weight.backward(into -> mask.weightGradient(upstream, activated, into));
    if (x.isDifferentiable()) {
      NDArray slope = mask.inputGradient(upstream, weight.value());
      x.addGradient(activation.backward(slope, x.value(), activated));
    }
  }

  @Override
  public Feature pointwise(
      Feature x, Nonlinearity before, Weight weight, Parameter bias, Feature plus) {
    Activation activation = new Activation(before, Activation.NO_SCALES, precision);
    NDArray y =
        Tensors.scoped(
            () -> {
              NDArray activated = activation.apply(x.value());
              NDArray w = weight.value();
              return plus == null
                  ? Kernels.tensor("pointwise", activated, w, bias.value())
                  : Kernels.tensor("plus_pointwise", plus.value(), activated, w, bias.value());
            });
    return made(
        y,
        dy -> {
          Kernels.apply("bias_backward", dy, bias.gradient());
          backward(dy, x, activation, weight);
          if (plus == null) {
            dy.close();
          } else {
            plus.addGradient(dy);
          }
        });
  }

  private static void backward(NDArray dy, Feature x, Activation activation, Weight weight) {
    NDArray upstream = Kernels.cast(dy, activation.precision());
    NDArray activated = activation.apply(x.value());
    weight.backward(into -> Kernels.apply("pointwise_weight", upstream, activated, into));
    NDArray slope = Kernels.tensor("pointwise_backward", upstream, weight.value());
    x.addGradient(activation.backward(slope, x.value(), activated));
  }

  @Override
  public Feature norm(Feature x, FeatureNorm norm, MaskTensors mask) {
    if (norm == FeatureNorm.NONE) {
      return x;
    }
    Normalized normalized = Normalized.of(x.take(), norm, mask);
    return made(
        normalized.value(),
        dy -> {
          x.addGradient(normalized.backward(dy));
          dy.close();
        },
        normalized.kept());
  }

  @Override
  public Feature gate(Feature x, Feature pq, FeatureNorm norm, MaskTensors mask) {
    NDArray sideBySide = pq.take();
    NDArray[] halves = Kernels.tensors("split_gate", sideBySide);
    sideBySide.close();
    Normalized p = Normalized.of(halves[0], norm, mask);
    NDArray gate = halves[1];
    return made(
        Kernels.tensor("gate", x.value(), p.value(), gate),
        dy -> {
          NDArray[] slopes = Kernels.tensors("gate_backward", dy, p.value(), gate);
          pq.addGradient(Kernels.tensor("channels", p.backward(slopes[0]), slopes[1]));
          x.addGradient(dy);
        },
        p.kept(p.value(), gate));
  }

  @Override
  public Feature scoped(Supplier<Feature> body) {
    Feature[] result = new Feature[1];
    Tensors.scoped(
        () -> {
          result[0] = body.get();
          return result[0].value();
        });
    if (tape != null) {
      Tensors.kept(result[0].value()); // it is the tape's
    }
    return result[0];
  }

  @Override
  public Feature recomputed(List<Feature> inputs, Function<List<Feature>, Feature> body) {
    if (tape == null || !recomputing) {
      return scoped(() -> body.apply(inputs));
    }
    Feature result = with(null, () -> scoped(() -> body.apply(inputs)));
    tape.record(
        result,
        dy -> {
          Tape inner = new Tape();
          List<Feature> again =
              inputs.stream().map(x -> new Feature(x.value(), x.isDifferentiable())).toList();
          inner.backward(with(inner, () -> scoped(() -> body.apply(again))), dy);
          for (int i = 0; i < again.size(); i++) {
            if (again.get(i).gradient() != null) {
              inputs.get(i).addGradient(again.get(i).takeGradient());
            }
          }
        });
    return result;
  }

  private <T> T with(Tape other, Supplier<T> body) {
    Tape before = tape;
    tape = other;
    try {
      return body.get();
    } finally {
      tape = before;
    }
  }

  @Override
  public void release(Feature x) {
    if (tape == null) {
      x.close();
    }
  }

  @Override
  public NDArray output(Feature x) {
    return x.value().transpose(0, 3, 1, 2);
  }
}
