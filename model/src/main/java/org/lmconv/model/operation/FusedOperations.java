package org.lmconv.model.operation;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.operation.Operations.Nonlinearity;
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
  private Tape tape;

  private FusedOperations(Precision precision, Tape tape, boolean recomputing) {
    this.precision = precision;
    this.tape = tape;
    this.recomputing = recomputing;
  }

  /** Without gradients. */
  public static FusedOperations scoring(Precision precision) {
    return new FusedOperations(precision, null, false);
  }

  /**
   * With gradients.
   *
   * @param tape records the pass
   * @param recomputing whether {@link #recomputed} saves memory
   */
  public static FusedOperations training(Precision precision, Tape tape, boolean recomputing) {
    return new FusedOperations(precision, tape, recomputing);
  }

  @Override
  public Feature input(NDArray images) {
    return made(Kernels.tensor("with_ones", images), false);
  }

  private Feature made(NDArray value, boolean differentiable) {
    Feature feature = new Feature(value, differentiable);
    if (tape != null) {
      tape.record(feature, NDArray::close);
    }
    return feature;
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
    Activation activation = new Activation(before, scales, precision);
    ConvolutionStep step = new ConvolutionStep(activation, weight, bias, maskWeight, mask);
    Feature result = new Feature(step.forward(x.value()), true);
    if (tape != null) {
      tape.record(
          result,
          dy -> {
            step.backward(dy, x);
            dy.close();
          },
          activation.kept());
    }
    return result;
  }

  @Override
  public Feature norm(Feature x, FeatureNorm norm, MaskTensors mask) {
    if (norm == FeatureNorm.NONE) {
      return x;
    }
    Normalized normalized = Normalized.of(x.value(), norm, mask);
    Feature result = new Feature(normalized.value(), true);
    if (tape != null) {
      tape.record(
          result,
          dy -> {
            Tape.add(x, normalized.backward(dy));
            dy.close();
          },
          normalized.kept());
    }
    return result;
  }

  @Override
  public Feature pointwise(
      Feature x, Nonlinearity before, Weight weight, Parameter bias, Feature plus) {
    PointwiseStep step = new PointwiseStep(new Activation(before, null, precision), weight, bias);
    Feature result = new Feature(step.forward(x.value(), plus == null ? null : plus.value()), true);
    if (tape != null) {
      tape.record(
          result,
          dy -> {
            step.backward(dy, x);
            if (plus == null) {
              dy.close();
            } else {
              Tape.add(plus, dy);
            }
          });
    }
    return result;
  }

  @Override
  public Feature gate(Feature x, Feature pq, FeatureNorm norm, MaskTensors mask) {
    NDArray[] halves = Kernels.tensors("split_gate", pq.value());
    Normalized p = Normalized.of(halves[0], norm, mask);
    NDArray gate = halves[1];
    Feature result = new Feature(Kernels.tensor("gate", x.value(), p.value(), gate), true);
    pq.value().close(); // nobody looks at it again
    if (tape != null) {
      tape.record(
          result,
          dy -> {
            NDArray[] slopes = Kernels.tensors("gate_backward", dy, p.value(), gate);
            Tape.add(pq, Kernels.tensor("channels", p.backward(slopes[0]), slopes[1]));
            Tape.add(x, dy);
          },
          p.keptWithValue(gate));
    }
    return result;
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
              Tape.add(inputs.get(i), again.get(i).gradient());
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
      x.value().close();
    }
  }

  @Override
  public NDArray output(Feature x) {
    return x.value().transpose(0, 3, 1, 2);
  }
}
