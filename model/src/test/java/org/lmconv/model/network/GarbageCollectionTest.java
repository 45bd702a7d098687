package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Pass;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Any;
import org.lmconv.orders.LayerMasks;

/**
 * Nothing that backward reads may lie in a buffer of the Java heap's making: after a collection the
 * buffer is free and has other content. Every kind of network, every gradient.
 */
class GarbageCollectionTest {
  /** As in {@link NetworkGoldenTest}. */
  private static final double GRADIENT = 1e-3;

  static Stream<Arguments> networks() {
    return Stream.of("a", "a_pono", "b", "c", "d")
        .flatMap(name -> Stream.of(Style.values()).map(style -> arguments(name, style)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsSurviveCollectionsBetweenForwardAndBackward(String name, Style style) {
    GoldenNetwork golden = GoldenNetwork.named(name);
    for (int round = 0; round < Math.max(1, Any.tries() / 100); round++) {
      try (NDManager manager = NDManager.newBaseManager(TestDevice.get())) {
        Parameters parameters = new Parameters(manager, golden.layout(), golden.parameters());
        NDArray[] loss = new NDArray[1];
        Pass pass =
            Pass.run(
                style,
                manager,
                parameters,
                List.of(),
                shape -> slope(golden, manager, loss[0]),
                GarbageCollectionTest::overwriteFreedBuffers,
                (operations, p, in) -> {
                  Feature logits = forward(golden, manager, operations, p);
                  loss[0] = Tensors.kept(operations.output(logits).duplicate());
                  return logits;
                });
        ParameterVector gradient = new ParameterVector(pass.gradient());
        golden.assertGradient(gradient, GRADIENT);
      }
    }
  }

  /** In a method of its own, so that no local variable keeps a temporary alive. */
  private static Feature forward(
      GoldenNetwork golden, NDManager manager, Operations operations, Parameters parameters) {
    LmConvNetwork network = golden.spec().newNetwork();
    NetworkConfig config = network.config();
    LayerMasks layerMasks = LayerMasks.of(golden.order(0), config.kernel(), config.dilation());
    NetworkMasks masks = NetworkMasks.of(manager, layerMasks);
    return network.forward(operations, parameters, images(golden, manager), masks, Dropout2d.OFF);
  }

  private static NDArray images(GoldenNetwork golden, NDManager manager) {
    ImageShape image = golden.spec().image();
    Shape shape = new Shape(golden.batch(), image.channels(), image.height(), image.width());
    return Tensors.copyOf(manager, golden.images(), shape);
  }

  /** d loss / d logits, by autograd, with a collection between its forward and backward too. */
  private static NDArray slope(GoldenNetwork golden, NDManager manager, NDArray logits) {
    NDArray leaf = Autograd.leaf(manager, logits);
    NDArray x = images(golden, manager);
    NDArray loss =
        Autograd.recording(
            () ->
                Tensors.scoped(
                    () -> golden.spec().likelihood().logLikelihood(x, leaf).sum().neg()));
    overwriteFreedBuffers();
    Autograd.backward(loss);
    double expected = golden.npz().floats("loss_0")[0];
    // As in NetworkGoldenTest.
    assertThat((double) loss.getFloat()).isCloseTo(expected, within(1e-5 * expected));
    return Autograd.gradient(leaf);
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
