package org.lmconv.jobs.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.lmconv.jobs.bench.Variant.Style;
import org.lmconv.jobs.conf.BenchConfig.Channels;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Seeds;
import org.lmconv.model.network.LocallyMaskedConv2d;
import org.lmconv.model.network.NetworkConfig;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.PixelOrder;

/**
 * One masked convolution on a device, as the residual blocks have it, and what it is fed with. The
 * layout of the tensors is that of the variant's style.
 *
 * @param manager owns everything
 * @param layer the convolution
 * @param parameters of it
 * @param mask of type B
 * @param input noise
 * @param upstream gradient of the output: noise
 */
record LayerSite(
    NDManager manager,
    LocallyMaskedConv2d layer,
    Parameters parameters,
    MaskTensors mask,
    NDArray input,
    NDArray upstream)
    implements AutoCloseable {

  static LayerSite of(Setup setup, Channels channels, PixelOrder order, Variant variant) {
    NDManager manager = NDManager.newBaseManager(setup.device(), "PyTorch");
    LocallyMaskedConv2d layer = layer(setup.model().network(), channels);
    ParameterLayout layout = new ParameterLayout(layer.parameters());
    return new LayerSite(
        manager,
        layer,
        new Parameters(manager, layout, layout.draw(Setup.SEED)),
        new MaskTensors(manager, setup.masks(order).undilated(), variant.planner()),
        noise(manager, 1, shape(setup, channels.inputs(), variant.style())),
        noise(manager, 2, shape(setup, channels.outputs(), variant.style())));
  }

  private static LocallyMaskedConv2d layer(NetworkConfig network, Channels channels) {
    return new LocallyMaskedConv2d(
        "conv",
        channels.inputs(),
        channels.outputs(),
        new LocallyMaskedConv2d.Options(
            network.kernel(), network.weightNorm(), network.bias(), network.maskWeight()));
  }

  private static Shape shape(Setup setup, int channels, Style style) {
    int images = setup.bench().batchSize();
    ImageShape image = setup.model().image();
    return style == Style.FUSED
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

  @Override
  public void close() {
    manager.close();
  }
}
