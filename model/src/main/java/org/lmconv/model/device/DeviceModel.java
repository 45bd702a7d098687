package org.lmconv.model.device;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.lmconv.model.ImageShape;
import org.lmconv.model.layer.Dropout2d;
import org.lmconv.model.network.LmConvNetwork;
import org.lmconv.model.network.NetworkMasks;
import org.lmconv.model.parameter.DeviceParameters;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.model.train.Adam;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.PixelOrder;

/**
 * A model in the memory of one device. For one thread at a time. Images are given as {@code [N, C,
 * H, W]} in [−1, 1], row-major in one array.
 */
public final class DeviceModel implements AutoCloseable {
  /** Masks of more orders than these are made again when they are needed again. */
  private static final int KEPT_ORDERS = 64;

  private final ModelSpec spec;
  private final LmConvNetwork network;
  private final NDManager manager;
  private final Map<PixelOrder, NetworkMasks> masks = new LinkedHashMap<>(16, 0.75f, true);
  private NDManager loaded;
  private DeviceParameters parameters;
  private ParameterVector source; // what the parameters are a copy of, until they change
  private Adam adam;

  /**
   * @param device DJL's name of the device
   */
  public DeviceModel(ModelSpec spec, Device device) {
    this.spec = spec;
    this.network = spec.newNetwork();
    this.manager = NDManager.newBaseManager(device, "PyTorch");
  }

  /** What determines the model. */
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
    adam = null;
    loaded = manager.newSubManager();
    parameters = new DeviceParameters(loaded, network.layout(), values);
    source = values;
  }

  /** Takes parameters and the state of their optimiser to {@link #train}. */
  public void load(ParameterVector values, AdamSettings settings, AdamState state) {
    load(values);
    source = null; // the optimiser changes them
    adam = new Adam(loaded, settings, state);
  }

  /**
   * The log-likelihood of each pixel under an order.
   *
   * @param images {@code [N, C, H, W]}
   * @return {@code [N, H, W]}, nats
   */
  public float[] logLikelihoods(float[] images, PixelOrder order) {
    NetworkMasks mask = masks(order);
    return Autograd.notRecording(
        () ->
            inStep(
                step -> {
                  NDArray x = images(step, images);
                  Parameters read = parameters.read(step);
                  NDArray logits = network.forward(read, x, mask, Dropout2d.OFF);
                  return spec.likelihood().logLikelihood(x, logits).toFloatArray();
                }));
  }

  /**
   * The gradient of a batch under an order.
   *
   * @param images {@code [N, C, H, W]}
   * @param dropoutSeed of this step; not read where dropout is 0
   * @throws NonFiniteLossException if the loss is infinite or NaN
   */
  public Gradient gradient(float[] images, PixelOrder order, long dropoutSeed) {
    NetworkMasks mask = masks(order);
    return inStep(
        step -> {
          Parameters leaves = parameters.leaves(step);
          double nats = backward(step, leaves, images, mask, dropoutSeed);
          return new Gradient(nats, new ParameterVector(leaves.gradient().toFloatArray()));
        });
  }

  /**
   * One step of the optimiser on a batch.
   *
   * @param images {@code [N, C, H, W]}
   * @return negative log-likelihood of the batch before the step: nats, a sum over its images
   * @throws NonFiniteLossException if the loss or its gradient is infinite or NaN; nothing changed
   */
  public double train(float[] images, PixelOrder order, long dropoutSeed, double learningRate) {
    NetworkMasks mask = masks(order);
    return inStep(
        step -> {
          Parameters leaves = parameters.leaves(step);
          double nats = backward(step, leaves, images, mask, dropoutSeed);
          update(leaves.gradient(), learningRate);
          return nats;
        });
  }

  /**
   * One step of the optimiser with a gradient that was computed elsewhere.
   *
   * @throws NonFiniteLossException if the gradient is infinite or NaN; nothing changed
   */
  public void update(ParameterVector gradient, double learningRate) {
    inStep(
        step -> {
          Shape shape = new Shape(gradient.size());
          update(Tensors.copyOf(step, gradient.values(), shape), learningRate);
          return null;
        });
  }

  private void update(NDArray gradient, double learningRate) {
    double norm = adam.step(parameters.flat(), gradient, learningRate);
    if (!Double.isFinite(norm)) {
      throw new NonFiniteLossException("the norm of the gradient is " + norm);
    }
  }

  /** Leaves d nats / d parameters at the leaves. */
  private double backward(
      NDManager step, Parameters leaves, float[] images, NetworkMasks mask, long dropoutSeed) {
    NDArray x = images(step, images);
    Dropout2d dropout = new Dropout2d(spec.network().dropout(), dropoutSeed);
    NDArray loss =
        Autograd.recording(
            () -> {
              NDArray logits = network.forward(leaves, x, mask, dropout);
              return spec.likelihood().logLikelihood(x, logits).sum().neg();
            });
    double nats = loss.getFloat();
    if (!Double.isFinite(nats)) {
      throw new NonFiniteLossException("the loss is " + nats);
    }
    Autograd.backward(loss);
    return nats;
  }

  /** Runs one step in memory that is freed after it. */
  private <T> T inStep(Function<NDManager, T> body) {
    if (parameters == null) {
      throw new IllegalStateException("the model has no parameters yet");
    }
    try (NDManager step = manager.newSubManager()) {
      return Tensors.freeing(() -> body.apply(step));
    }
  }

  private NDArray images(NDManager step, float[] values) {
    ImageShape image = spec.image();
    long count = values.length / image.dimensions();
    return Tensors.copyOf(
        step, values, new Shape(count, image.channels(), image.height(), image.width()));
  }

  /** Outside a step, because a step frees what is made in it. */
  private NetworkMasks masks(PixelOrder order) {
    NetworkMasks made = masks.get(order);
    if (made == null) {
      int kernel = spec.network().kernel();
      made = new NetworkMasks(manager, LayerMasks.of(order, kernel, spec.network().dilation()));
      masks.put(order, made);
      dropEldestMasks();
    }
    return made;
  }

  private void dropEldestMasks() {
    if (masks.size() > KEPT_ORDERS) {
      var eldest = masks.entrySet().iterator().next();
      eldest.getValue().close();
      masks.remove(eldest.getKey());
    }
  }

  /** A copy of the parameters. */
  public ParameterVector parameters() {
    return parameters.toVector();
  }

  /** A copy of the optimiser's state. */
  public AdamState adamState() {
    return adam.state();
  }

  @Override
  public void close() {
    manager.close();
  }
}
