package org.lmconv.model.device;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.lmconv.model.ImageShape;
import org.lmconv.model.network.Dropout2d;
import org.lmconv.model.network.LmConvNetwork;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.network.NetworkMasks;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.FusedOperations;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Tape;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.sample.Drawing;
import org.lmconv.model.sample.PixelSampler;
import org.lmconv.model.sample.StepProgram;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.model.train.Adam;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.PixelOrder;

/**
 * A model in the memory of one device. For one thread at a time. Images are given as {@code [N, C,
 * H, W]} in [−1, 1], row-major in one array.
 */
public final class DeviceModel implements AutoCloseable {
  /** Masks of more orders than these are made again when they are needed again. */
  private static final int MASKS_KEPT = 64;

  /**
   * The gradient of a batch.
   *
   * @param nats negative log-likelihood of the batch: a sum over its images
   * @param values d nats / d parameters
   */
  public record Gradient(double nats, ParameterVector values) {}

  private final ModelSpec spec;
  private final Execution execution;
  private final LmConvNetwork network;
  private final NDManager manager;
  private final Function<KernelMask, MaskPlan> planner;
  private final Map<PixelOrder, NetworkMasks> masks = new LinkedHashMap<>(16, 0.75f, true);
  private PixelSampler sampler; // of the last order and number of images; may be null
  private NDManager loaded;
  private Parameters parameters;
  private ParameterVector source; // what the parameters are a copy of, until they change
  private Adam adam;

  public DeviceModel(ModelSpec spec, Device device, Execution execution) {
    this(spec, device, execution, MaskPlan::of);
  }

  /** A model whose masked convolutions run in given ways, to compare ways. */
  public DeviceModel(
      ModelSpec spec, Device device, Execution execution, Function<KernelMask, MaskPlan> planner) {
    this.spec = spec;
    this.execution = execution;
    this.network = spec.newNetwork();
    this.manager = NDManager.newBaseManager(device, "PyTorch");
    this.planner = planner;
  }

  public ModelSpec spec() {
    return spec;
  }

  /**
   * Takes parameters to score, or to compute gradients, with.
   *
   * @param values not to be changed afterwards: the same object again costs nothing
   */
  public void load(ParameterVector values) {
    if (values == source) {
      return;
    }
    if (loaded != null) {
      loaded.close();
    }
    closeSampler();
    adam = null;
    loaded = manager.newSubManager();
    parameters = new Parameters(loaded, network.layout(), values);
    source = values;
  }

  /** Takes parameters and the state of their optimiser to {@link #train}. */
  public void load(ParameterVector values, AdamSettings settings, AdamState state) {
    load(values);
    source = null; // the optimiser changes them
    adam = new Adam(loaded, settings, state);
  }

  /** Made outside of what is computed with them, which frees what is made in it. */
  private NetworkMasks masks(PixelOrder order) {
    NetworkConfig options = spec.network();
    NetworkMasks made =
        masks.computeIfAbsent(
            order,
            absent -> {
              LayerMasks layers = LayerMasks.of(order, options.kernel(), options.dilation());
              return NetworkMasks.of(manager, layers, planner);
            });
    if (masks.size() > MASKS_KEPT) {
      masks.remove(masks.keySet().iterator().next()).close(); // the one not used for longest
    }
    return made;
  }

  /**
   * The log-likelihood of each pixel under an order.
   *
   * @param images {@code [N, C, H, W]}
   * @return {@code [N, H, W]}, nats
   */
  public float[] logLikelihoods(float[] images, PixelOrder order) {
    return computing(
        images,
        order,
        (x, mask) -> spec.likelihood().logLikelihood(x, logits(x, mask)).toFloatArray());
  }

  /**
   * The logits of each pixel under an order.
   *
   * @param images {@code [N, C, H, W]}
   * @return {@code [N, L, H, W]}, each a function of the pixels that come earlier
   */
  public float[] logits(float[] images, PixelOrder order) {
    return computing(images, order, (x, mask) -> logits(x, mask).toFloatArray());
  }

  private NDArray logits(NDArray x, NetworkMasks mask) {
    Operations operations = FusedOperations.scoring(execution.precision());
    return operations.output(network.forward(operations, parameters, x, mask, Dropout2d.OFF));
  }

  /**
   * Draws the pixels that come last in an order, each from its distribution given all before it.
   * The first call for an order, a number of images or parameters takes memory for what the network
   * makes of every pixel, which later ones use again.
   *
   * @param images {@code [N, C, H, W]}; not read at the pixels to draw
   * @param known steps of the order whose pixels are given
   * @return the images with what was drawn
   */
  public float[] draw(float[] images, PixelOrder order, int known, Drawing drawing) {
    NetworkMasks mask = masks(order);
    return computing(
        scratch -> sampler(order, mask, drawing.seeds().length).draw(images, known, drawing));
  }

  /** The last one serves again: its memory need not be taken anew, nor the weights copied. */
  private PixelSampler sampler(PixelOrder order, NetworkMasks mask, int images) {
    if (sampler == null || !sampler.serves(order, images)) {
      closeSampler();
      ImageShape image = spec.image();
      Shape batch = new Shape(images, image.channels(), image.height(), image.width());
      StepProgram program =
          StepProgram.of(manager, network, parameters, mask, order, batch, execution.precision());
      sampler = new PixelSampler(program, spec.likelihood(), order);
    }
    return sampler;
  }

  private void closeSampler() {
    if (sampler != null) {
      sampler.close();
      sampler = null;
    }
  }

  /**
   * The gradient of a batch under an order.
   *
   * @param images {@code [N, C, H, W]}
   * @param dropoutSeed of this update; not read where dropout is 0
   * @throws NonFiniteLossException if the loss is infinite or NaN
   */
  public Gradient gradient(float[] images, PixelOrder order, long dropoutSeed) {
    return computing(
        images,
        order,
        (x, mask) -> {
          double nats = backward(x, mask, dropoutSeed);
          return new Gradient(
              nats, new ParameterVector(parameters.trained().gradient().toFloatArray()));
        });
  }

  /**
   * One update on a batch.
   *
   * @param images {@code [N, C, H, W]}
   * @return negative log-likelihood of the batch before the update: nats, a sum over its images
   * @throws NonFiniteLossException if the loss or its gradient is infinite or NaN; nothing changed
   */
  public double train(float[] images, PixelOrder order, long dropoutSeed, double learningRate) {
    return computing(
        images,
        order,
        (x, mask) -> {
          double nats = backward(x, mask, dropoutSeed);
          update(parameters.trained().gradient(), learningRate);
          return nats;
        });
  }

  /**
   * One update with a gradient that was computed elsewhere.
   *
   * @throws NonFiniteLossException if the gradient is infinite or NaN; nothing changed
   */
  public void update(ParameterVector gradient, double learningRate) {
    computing(
        scratch -> {
          Shape shape = new Shape(gradient.size());
          update(Tensors.copyOf(scratch, gradient.values(), shape), learningRate);
          return null;
        });
  }

  private void update(NDArray gradient, double learningRate) {
    closeSampler(); // it has copies of the parameters
    double norm = adam.update(parameters.flat(), gradient, learningRate);
    if (!Double.isFinite(norm)) {
      throw new NonFiniteLossException("the norm of the gradient is " + norm);
    }
  }

  /** Leaves d nats / d parameters in the gradients of the trained parameters. */
  private double backward(NDArray x, NetworkMasks mask, long dropoutSeed) {
    Dropout2d dropout = new Dropout2d(spec.network().dropout(), dropoutSeed);
    Tape tape = new Tape();
    Operations operations =
        FusedOperations.training(execution.precision(), tape, execution.recompute());
    Feature output = network.forward(operations, parameters.trained(), x, mask, dropout);

    // What follows the logits is small, and left to autograd, which wants a copy of its own.
    NDArray logits = Autograd.leaf(x.getManager(), operations.output(output).duplicate());
    NDArray loss = Autograd.recording(() -> spec.likelihood().logLikelihood(x, logits).sum().neg());
    double nats = loss.getFloat();
    if (!Double.isFinite(nats)) {
      throw new NonFiniteLossException("the loss is " + nats);
    }
    Autograd.backward(loss);
    tape.backward(output, Autograd.gradient(logits).transpose(0, 2, 3, 1));
    return nats;
  }

  /** Computes in memory that is freed after it; gradients are recorded where asked for. */
  private <T> T computing(Function<NDManager, T> body) {
    if (parameters == null) {
      throw new IllegalStateException("the model has no parameters yet");
    }
    try (NDManager scratch = manager.newSubManager()) {
      return Autograd.notRecording(() -> Tensors.freeing(() -> body.apply(scratch)));
    }
  }

  private <T> T computing(
      float[] images, PixelOrder order, BiFunction<NDArray, NetworkMasks, T> body) {
    NetworkMasks mask = masks(order);
    ImageShape image = spec.image();
    long count = images.length / image.dimensions();
    Shape shape = new Shape(count, image.channels(), image.height(), image.width());
    return computing(scratch -> body.apply(Tensors.copyOf(scratch, images, shape), mask));
  }

  /** A copy. */
  public ParameterVector parameters() {
    return parameters.toVector();
  }

  /** A copy. */
  public AdamState adamState() {
    return adam.state();
  }

  /** Waits until the device is done, so that the time of an update can be told. */
  public void synchronize() {
    parameters.synchronize();
  }

  /** Number of tensors that the model holds between updates, without those of its masks. */
  int tensors() {
    return manager.getManagedArrays().size() + loaded.getManagedArrays().size();
  }

  @Override
  public void close() {
    closeSampler();
    manager.close();
  }
}
