package org.lmconv.model.reference;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lmconv.model.ImageShape;
import org.lmconv.model.device.DeviceModel.Gradient;
import org.lmconv.model.device.ModelSpec;
import org.lmconv.model.network.Dropout2d;
import org.lmconv.model.network.LmConvNetwork;
import org.lmconv.model.network.NetworkMasks;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.model.train.Adam;
import org.lmconv.model.train.AdamSettings;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.MaskPlan;
import org.lmconv.orders.PixelOrder;

/** What {@code DeviceModel} computes, by reference operations and autograd: slow. */
public final class ReferenceModel implements AutoCloseable {
  private final ModelSpec spec;
  private final LmConvNetwork network;
  private final Operations operations;
  private final Function<KernelMask, MaskPlan> planner;
  private final NDManager manager;
  private final Parameters parameters;
  private final Adam adam;
  private final Map<PixelOrder, NetworkMasks> masks = new HashMap<>();

  /**
   * @param operations how the layers compute
   * @param planner the way for a mask, for operations that heed it
   * @param values copied
   */
  public ReferenceModel(
      ModelSpec spec,
      Device device,
      Operations operations,
      Function<KernelMask, MaskPlan> planner,
      ParameterVector values,
      AdamSettings settings) {
    this.spec = spec;
    this.network = spec.newNetwork();
    this.operations = operations;
    this.planner = planner;
    this.manager = NDManager.newBaseManager(device, "PyTorch");
    this.parameters = new Parameters(manager, network.layout(), values);
    this.adam = new Adam(manager, settings, AdamState.initial(values.size()));
  }

  /** As {@code DeviceModel.logLikelihoods}. */
  public float[] logLikelihoods(float[] images, PixelOrder order) {
    return inStep(
        step -> {
          NDArray x = images(step, images);
          Supplier<NDArray> pixels = () -> logLikelihoods(parameters, x, order, 0);
          return Autograd.notRecording(pixels).toFloatArray();
        });
  }

  /** As {@code DeviceModel.gradient}. */
  public Gradient gradient(float[] images, PixelOrder order, long dropoutSeed) {
    return inStep(
        step -> {
          Parameters leaves = parameters.leaves(step);
          double nats = backward(step, leaves, images, order, dropoutSeed);
          return new Gradient(nats, new ParameterVector(leaves.gradient().toFloatArray()));
        });
  }

  /** As {@code DeviceModel.train}. */
  public double train(float[] images, PixelOrder order, long dropoutSeed, double learningRate) {
    return inStep(
        step -> {
          Parameters leaves = parameters.leaves(step);
          double nats = backward(step, leaves, images, order, dropoutSeed);
          adam.update(parameters.flat(), leaves.gradient(), learningRate);
          return nats;
        });
  }

  private double backward(
      NDManager step, Parameters leaves, float[] images, PixelOrder order, long dropoutSeed) {
    NDArray x = images(step, images);
    NDArray loss =
        Autograd.recording(() -> logLikelihoods(leaves, x, order, dropoutSeed).sum().neg());
    Autograd.backward(loss);
    return loss.getFloat();
  }

  private NDArray logLikelihoods(Parameters read, NDArray x, PixelOrder order, long dropoutSeed) {
    boolean training = read != parameters;
    Dropout2d dropout =
        training ? new Dropout2d(spec.network().dropout(), dropoutSeed) : Dropout2d.OFF;
    NDArray logits = operations.output(network.forward(operations, read, x, masks(order), dropout));
    return spec.likelihood().logLikelihood(x, logits);
  }

  private NetworkMasks masks(PixelOrder order) {
    return masks.computeIfAbsent(
        order,
        each -> {
          int kernel = spec.network().kernel();
          LayerMasks layers = LayerMasks.of(each, kernel, spec.network().dilation());
          return NetworkMasks.of(manager, layers, planner);
        });
  }

  private NDArray images(NDManager step, float[] values) {
    ImageShape image = spec.image();
    long count = values.length / image.dimensions();
    return Tensors.copyOf(
        step, values, new Shape(count, image.channels(), image.height(), image.width()));
  }

  private <T> T inStep(Function<NDManager, T> body) {
    try (NDManager step = manager.newSubManager()) {
      return Tensors.freeing(() -> body.apply(step));
    }
  }

  /** Waits until the device is done, so that the time of a step can be told. */
  public void synchronize() {
    parameters.synchronize();
  }

  @Override
  public void close() {
    manager.close();
  }
}
