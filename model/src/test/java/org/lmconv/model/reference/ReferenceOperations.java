package org.lmconv.model.reference;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.operation.Weight;
import org.lmconv.model.parameter.Parameters.Parameter;
import org.lmconv.model.tensor.Tensors;

/**
 * Every formula as separate operations of DJL on {@code [N, C, H, W]}, for libtorch's autograd to
 * differentiate: run it in {@code Autograd.recording}, with parameters that are leaves.
 */
public final class ReferenceOperations implements Operations {
  private final Function<MaskTensors, ReferenceConvolution> way;
  private final Map<MaskTensors, ReferenceConvolution> convolutions = new HashMap<>();

  private ReferenceOperations(Function<MaskTensors, ReferenceConvolution> way) {
    this.way = way;
  }

  /** With masked convolutions as the paper has them: unfolded, masked, multiplied. */
  public static ReferenceOperations im2col() {
    return new ReferenceOperations(mask -> new Im2colConvolution(mask.manager(), mask.mask()));
  }

  /**
   * With masked convolutions as plain ones, a few for each mask.
   *
   * @see PhaseConvolution
   */
  public static ReferenceOperations phases() {
    return new ReferenceOperations(PhaseConvolution::of);
  }

  @Override
  public Feature input(NDArray images) {
    NDArray ones = Tensors.slice(images, 1, 0, 1).onesLike();
    return feature(Tensors.concat(1, images, ones));
  }

  private static Feature feature(NDArray value) {
    return new Feature(value, true);
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
    ReferenceConvolution convolution = convolutions.computeIfAbsent(mask, way);
    return scoped(
        () -> {
          NDArray activated = dropped(activated(x.value(), before), scales);
          NDArray offset = bias == null ? null : bias.value();
          NDArray y = convolution.apply(activated, weight(weight), offset);
          return feature(maskWeight == null ? y : y.add(weightedMask(maskWeight.value(), mask)));
        });
  }

  private static NDArray activated(NDArray x, Nonlinearity nonlinearity) {
    return switch (nonlinearity) {
      case NONE -> x;
      case ELU -> Formulas.elu(x);
      case CELU -> Formulas.concatElu(x);
    };
  }

  private static NDArray dropped(NDArray x, NDArray scales) {
    return scales == null ? x : x.mul(scales.reshape(x.getShape().get(0), -1, 1, 1));
  }

  private static NDArray weight(Weight weight) {
    return weight.gain() == null
        ? weight.direction().value()
        : WeightNorm.apply(weight.direction().value(), weight.gain().value());
  }

  /** W_m · M, {@code [1, O, H, W]}: the same for every image. */
  private static NDArray weightedMask(NDArray weight, MaskTensors mask) {
    long outputs = weight.getShape().get(0);
    return weight
        .reshape(outputs, -1) // [O, taps]
        .matMul(mask.matrix()) // [O, pixels]
        .reshape(1, outputs, mask.mask().grid().height(), mask.mask().grid().width());
  }

  @Override
  public Feature norm(Feature x, FeatureNorm norm, MaskTensors mask) {
    return feature(normed(x.value(), norm, mask));
  }

  private static NDArray normed(NDArray x, FeatureNorm norm, MaskTensors mask) {
    return switch (norm) {
      case NONE -> x;
      case PONO -> positionalNorm(x);
      case ORDER_RESCALE -> {
        NDArray counts = mask.tapCounts();
        yield x.div(counts.transpose(0, 3, 1, 2));
      }
    };
  }

  private static NDArray positionalNorm(NDArray x) {
    long channels = x.getShape().get(1);
    int[] channelAxis = {1};
    return Tensors.scoped(
        () -> {
          NDArray centred = x.sub(x.mean(channelAxis, true));
          NDArray squares = centred.mul(centred).sum(channelAxis, true); // [N, 1, H, W]
          NDArray variance = squares.div(Tensors.scalar(x, channels - 1));
          return centred.div(variance.add(Tensors.scalar(x, FeatureNorm.EPSILON)).sqrt());
        });
  }

  @Override
  public Feature pointwise(
      Feature x, Nonlinearity before, Weight weight, Parameter bias, Feature plus) {
    return scoped(
        () -> {
          NDArray w = weight(weight);
          NDArray kernel = w.reshape(w.getShape().get(0), w.getShape().get(1), 1, 1);
          NDArray y = Formulas.convolution(activated(x.value(), before), kernel, bias.value());
          return feature(plus == null ? y : plus.value().add(y));
        });
  }

  @Override
  public Feature gate(Feature x, Feature pq, FeatureNorm norm, MaskTensors mask) {
    long filters = x.value().getShape().get(1);
    return scoped(
        () -> {
          NDArray value = normed(Tensors.slice(pq.value(), 1, 0, filters), norm, mask);
          NDArray gate = Tensors.sigmoid(Tensors.slice(pq.value(), 1, filters, 2 * filters));
          return feature(x.value().add(value.mul(gate)));
        });
  }

  @Override
  public Feature scoped(Supplier<Feature> body) {
    return feature(Tensors.scoped(() -> body.get().value()));
  }

  @Override
  public Feature recomputed(List<Feature> inputs, Function<List<Feature>, Feature> body) {
    return scoped(() -> body.apply(inputs));
  }

  @Override
  public void release(Feature x) {
    // The scope around the pass frees it, or autograd.
  }

  @Override
  public NDArray output(Feature x) {
    return x.value();
  }
}
