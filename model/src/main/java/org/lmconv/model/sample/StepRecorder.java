package org.lmconv.model.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.operation.Weight;
import org.lmconv.model.parameter.Parameters.Parameter;
import org.lmconv.model.tensor.Kernels;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.PixelOrder;
import org.lmconv.orders.StepReads;

/**
 * Operations that compute nothing, but write down what a network does, as a program that the kernel
 * "advance" runs for some steps at a time. So the network is written once, and what samples is what
 * trains.
 */
final class StepRecorder implements Operations {
  private static final long ACTIVATION = 0;
  private static final long CONVOLUTION = 1;
  private static final long NORM = 2;
  private static final long POINTWISE = 3;
  private static final long GATE = 4;
  private static final long NONE = -1;

  /** Numbers of an instruction, as the kernel counts them. */
  private static final int LENGTH = 6;

  /** An activation: of the feature map of a number, by what. */
  private record Activated(long x, Nonlinearity by) {}

  /** The feature map that an activation made, and the cache that keeps it, or none. */
  private record Activation(long made, long cache) {}

  private final NDManager manager;
  private final PixelOrder order;
  private final int images;
  private final Precision precision;
  private final List<long[]> program = new ArrayList<>();
  private final List<NDArray> tensors = new ArrayList<>();
  private final List<NDArray> caches = new ArrayList<>();
  private final List<MaskTensors> masks = new ArrayList<>();
  private final List<StepReads> reads = new ArrayList<>();
  private final List<Feature> made = new ArrayList<>(); // by each instruction
  private final List<Long> channels = new ArrayList<>(); // of each of them
  private final Map<Activated, Activation> activations = new HashMap<>();
  private final Map<Object, Long> constants = new HashMap<>(); // of norms, to the tensor
  private Feature input;

  StepRecorder(NDManager manager, PixelOrder order, int images, Precision precision) {
    this.manager = manager;
    this.order = order;
    this.images = images;
    this.precision = precision;
  }

  /** What was recorded; the last feature map is its result. */
  StepProgram program() {
    long[] code = program.stream().flatMapToLong(Arrays::stream).toArray();
    return new StepProgram(manager, images, code, tensors, caches, reads);
  }

  @Override
  public Feature input(NDArray x) {
    int width = Math.toIntExact(x.getShape().get(1)) + 1;
    float[] rows = new float[(order.size() + 1) * images * width];
    for (int row = 0; row < order.size() * images; row++) {
      rows[row * width + width - 1] = 1; // not in the last rows, which are what is outside
    }
    addCache(Tensors.copyOf(manager, rows, cacheShape(width)));
    input = new Feature(null, false);
    return input;
  }

  private Shape cacheShape(long width) {
    return new Shape((order.size() + 1L) * images, width);
  }

  private long addCache(NDArray values) {
    caches.add(owned(Kernels.cast(values, precision)));
    return caches.size() - 1L;
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
    if (scales != null) {
      throw new IllegalArgumentException("nothing is dropped while sampling");
    }
    long seen = mask(mask);
    NDArray value = weight.value();
    NDArray taps = Tensors.copyOf(manager, longs(reads.get((int) seen).taps()));
    NDArray byTap = Kernels.tensor("by_tap", value, taps);
    return emit(
        value.getShape().get(0),
        CONVOLUTION,
        x == input ? 0 : activation(x, before, value.getShape().get(1)).cache(),
        seen,
        tensor(Kernels.cast(byTap, precision)),
        bias == null ? NONE : tensor(bias.value().duplicate()),
        maskWeight == null ? NONE : tensor(offsets(mask, maskWeight)));
  }

  private NDArray offsets(MaskTensors mask, Parameter maskWeight) {
    NDArray pixels = Tensors.copyOf(manager, longs(order.pixels()));
    return Kernels.tensor("mask_offsets", mask.matrix(), maskWeight.value(), pixels);
  }

  private long mask(MaskTensors mask) {
    int known = masks.indexOf(mask);
    if (known >= 0) {
      return known;
    }
    masks.add(mask);
    reads.add(StepReads.of(mask.mask(), order));
    return masks.size() - 1L;
  }

  /** Computed where no earlier instruction did; with a width, it is kept in a cache of that. */
  private Activation activation(Feature x, Nonlinearity by, long width) {
    Activated key = new Activated(number(x), by);
    Activation known = activations.get(key);
    if (known == null || width != NONE && known.cache() == NONE) {
      long cache = width == NONE ? NONE : addCache(manager.zeros(cacheShape(width)));
      long number = number(emit(NONE, ACTIVATION, key.x(), by.ordinal(), cache));
      known = new Activation(number, cache);
      activations.put(key, known);
    }
    return known;
  }

  @Override
  public Feature norm(Feature x, FeatureNorm norm, MaskTensors mask) {
    if (norm == FeatureNorm.NONE) {
      return x;
    }
    long width = width(x);
    return emit(width, NORM, number(x), norm.ordinal(), constant(norm, mask, width));
  }

  /** What a norm multiplies or divides by. */
  private long constant(FeatureNorm norm, MaskTensors mask, long width) {
    return switch (norm) {
      case NONE -> NONE;
      case PONO -> constants.computeIfAbsent(width, absent -> tensor(gain(width)));
      case ORDER_RESCALE -> constants.computeIfAbsent(mask, absent -> tensor(tapCounts(mask)));
    };
  }

  /** Layer norm has the biased variance, of which this makes the unbiased one. */
  private NDArray gain(long width) {
    float gain = (float) Math.sqrt((width - 1.0) / width);
    return manager.full(new Shape(width), gain, DataType.FLOAT32);
  }

  private NDArray tapCounts(MaskTensors mask) {
    float[] counts = new float[order.size()];
    for (int step = 0; step < counts.length; step++) {
      counts[step] = mask.mask().tapCount(order.pixelAt(step));
    }
    return Tensors.copyOf(manager, counts, new Shape(counts.length, 1, 1));
  }

  @Override
  public Feature pointwise(
      Feature x, Nonlinearity before, Weight weight, Parameter bias, Feature plus) {
    long activated = activation(x, before, NONE).made();
    NDArray columns = Kernels.tensor("transposed", weight.value());
    return emit(
        weight.value().getShape().get(0),
        POINTWISE,
        activated,
        tensor(Kernels.cast(columns, precision)),
        tensor(bias.value().duplicate()),
        plus == null ? NONE : number(plus));
  }

  @Override
  public Feature gate(Feature x, Feature pq, FeatureNorm norm, MaskTensors mask) {
    long width = width(pq) / 2;
    long constant = constant(norm, mask, width);
    return emit(width, GATE, number(x), number(pq), norm.ordinal(), constant);
  }

  @Override
  public Feature scoped(Supplier<Feature> body) {
    return body.get();
  }

  @Override
  public Feature recomputed(List<Feature> inputs, Function<List<Feature>, Feature> body) {
    return body.apply(inputs);
  }

  @Override
  public void release(Feature x) {
    // Later steps may still read it.
  }

  @Override
  public NDArray output(Feature x) {
    throw new UnsupportedOperationException("a recorded feature map has no values");
  }

  private Feature emit(long width, long operation, long... arguments) {
    long[] instruction = Arrays.copyOf(new long[] {operation}, LENGTH);
    System.arraycopy(arguments, 0, instruction, 1, arguments.length);
    Feature result = new Feature(null, false);
    made.add(result);
    channels.add(width);
    program.add(instruction);
    return result;
  }

  private int number(Feature x) {
    return made.indexOf(x);
  }

  private long width(Feature x) {
    return channels.get(number(x));
  }

  private long tensor(NDArray x) {
    tensors.add(owned(x));
    return tensors.size() - 1L;
  }

  /** Lives as long as the program, not only as long as the scope in which it is made. */
  private NDArray owned(NDArray x) {
    Tensors.kept(x).attach(manager);
    return x;
  }

  private static long[] longs(int[] values) {
    return IntStream.of(values).asLongStream().toArray();
  }
}
