package org.lmconv.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.lmconv.bench.BenchKeys.BenchConfig.Channels;
import org.lmconv.bench.Ways.Workload;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Seeds;
import org.lmconv.model.network.LocallyMaskedConv2d;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.FusedOperations;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.Nonlinearity;
import org.lmconv.model.operation.Tape;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Precision;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.PixelOrder;

/**
 * One masked convolution on a device, as the residual blocks have it, and what it is fed with:
 * noise. The layout of the tensors is that of the variant's style.
 *
 * @param manager owns everything
 * @param mask of type B
 * @param upstream gradient of the output
 */
record Layer(
    NDManager manager,
    LocallyMaskedConv2d layer,
    Parameters parameters,
    MaskTensors mask,
    NDArray input,
    NDArray upstream) {

  /** A forward pass of it, or one of both directions. */
  static Workload open(
      Setup setup, Channels channels, PixelOrder order, Variant variant, boolean backward) {
    Layer layer = of(setup, channels, order, variant);
    Runnable pass =
        variant.isFused()
            ? layer.fused(setup.execution().precision(), backward)
            : layer.separate(variant.operations(), backward);
    return new Workload(
        () -> {
          pass.run();
          layer.parameters.synchronize();
        },
        layer.manager::close);
  }

  private static Layer of(Setup setup, Channels channels, PixelOrder order, Variant variant) {
    NDManager manager = NDManager.newBaseManager(setup.device(), "PyTorch");
    LocallyMaskedConv2d layer = layer(setup.model().network(), channels);
    ParameterLayout layout = new ParameterLayout(layer.parameters());
    return new Layer(
        manager,
        layer,
        new Parameters(manager, layout, layout.draw(Setup.SEED)),
        new MaskTensors(manager, setup.masks(order).undilated(), variant.planner()),
        noise(manager, 1, shape(setup, channels.inputs(), variant)),
        noise(manager, 2, shape(setup, channels.outputs(), variant)));
  }

  private static LocallyMaskedConv2d layer(NetworkConfig network, Channels channels) {
    return new LocallyMaskedConv2d(
        "conv",
        channels.inputs(),
        channels.outputs(),
        new LocallyMaskedConv2d.Options(
            network.kernel(), network.weightNorm(), network.bias(), network.maskWeight()));
  }

  private static Shape shape(Setup setup, int channels, Variant variant) {
    int images = setup.bench().batchSize();
    ImageShape image = setup.model().image();
    return variant.isFused()
        ? new Shape(images, image.height(), image.width(), channels)
        : new Shape(images, channels, image.height(), image.width());
  }

  private static NDArray noise(NDManager manager, long stream, Shape shape) {
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * Seeds.uniform(stream, i) - 1;
    }
    return Tensors.copyOf(manager, values, shape);
  }

  /** As models run it. */
  private Runnable fused(Precision precision, boolean backward) {
    Runnable pass = backward ? () -> fusedBackward(precision) : () -> fusedForward(precision);
    return () -> Autograd.notRecording(() -> freeing(pass));
  }

  private void fusedForward(Precision precision) {
    apply(FusedOperations.scoring(precision), parameters, new Feature(input, false));
  }

  private void fusedBackward(Precision precision) {
    Tape tape = new Tape();
    Operations operations = FusedOperations.training(precision, tape, false);
    Feature x = new Feature(input, true);
    Feature y = apply(operations, parameters.trained(), x);
    // A second tensor over the same memory, because the tape closes the one that it gets.
    tape.backward(y, upstream.stopGradient());
    x.gradient().close();
  }

  /** Of separate operations, with libtorch's gradients. */
  private Runnable separate(Operations operations, boolean backward) {
    return () -> {
      try (NDManager step = manager.newSubManager()) {
        freeing(
            backward
                ? () -> separateBackward(operations, step)
                : () -> Autograd.notRecording(forward(operations, parameters, input)));
      }
    };
  }

  private void separateBackward(Operations operations, NDManager step) {
    Parameters leaves = parameters.leaves(step);
    NDArray x = Autograd.leaf(step, input);
    Autograd.backward(Autograd.recording(forward(operations, leaves, x)), upstream);
  }

  private Supplier<NDArray> forward(Operations operations, Parameters read, NDArray x) {
    return () -> apply(operations, read, new Feature(x, true)).value();
  }

  private Feature apply(Operations operations, Parameters read, Feature x) {
    return layer.forward(operations, read, x, Nonlinearity.NONE, null, mask);
  }

  private static Void freeing(Runnable pass) {
    return Tensors.freeing(
        () -> {
          pass.run();
          return null;
        });
  }
}
