package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.model.ImageShape;
import org.lmconv.model.layer.Dropout2d;
import org.lmconv.model.parameter.DeviceParameters;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.LayerMasks;

/**
 * Nothing that backward reads may lie in a buffer of the Java heap's making: after a collection the
 * buffer is free and has other content. Every kind of network, every gradient.
 */
class GarbageCollectionTest {
  /** As in {@link NetworkGoldenTest}. */
  private static final double GRADIENT = 1e-3;

  @ParameterizedTest
  @ValueSource(strings = {"a", "a_pono", "b", "c", "d"})
  void gradientsSurviveCollectionsBetweenForwardAndBackward(String name) {
    GoldenNetwork golden = GoldenNetwork.named(name);
    for (int round = 0; round < 5; round++) {
      try (NDManager manager = NDManager.newBaseManager()) {
        DeviceParameters parameters =
            new DeviceParameters(manager, golden.layout(), golden.parameters());
        Parameters leaves = parameters.leaves(manager);
        NDArray loss = forward(golden, manager, leaves);
        overwriteFreedBuffers();
        Autograd.backward(loss);
        ParameterVector gradient = new ParameterVector(leaves.gradient().toFloatArray());
        GoldenGradients.assertClose(golden, gradient, GRADIENT);
        double expected = golden.npz().floats("loss_0")[0];
        // As in NetworkGoldenTest.
        assertThat((double) loss.getFloat()).isCloseTo(expected, within(1e-5 * expected));
      }
    }
  }

  /** In a method of its own, so that no local variable keeps a temporary alive. */
  private static NDArray forward(GoldenNetwork golden, NDManager manager, Parameters leaves) {
    LmConvNetwork network = golden.spec().newNetwork();
    NetworkConfig config = network.config();
    ImageShape image = golden.spec().image();
    Shape shape = new Shape(golden.batch(), image.channels(), image.height(), image.width());
    NDArray x = Tensors.copyOf(manager, golden.images(), shape);
    LayerMasks layerMasks = LayerMasks.of(golden.order(0), config.kernel(), config.dilation());
    NetworkMasks masks = new NetworkMasks(manager, layerMasks);
    return Autograd.recording(
        () ->
            Tensors.scoped(
                () -> {
                  NDArray logits = network.forward(leaves, x, masks, Dropout2d.OFF);
                  return golden.spec().likelihood().logLikelihood(x, logits).sum().neg();
                }));
  }

  /** Frees what is unreachable, then takes and fills direct memory of the sizes just freed. */
  private static void overwriteFreedBuffers() {
    List<ByteBuffer> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      System.gc();
      for (int size = 4; size <= 1 << 14; size *= 2) {
        for (int count = 0; count < 50; count++) {
          ByteBuffer buffer = ByteBuffer.allocateDirect(size);
          while (buffer.hasRemaining()) {
            buffer.put((byte) 0x7F); // float 0x7F7F7F7F is 3.4e38
          }
          taken.add(buffer);
        }
      }
    }
    assertThat(taken).isNotEmpty();
  }
}
