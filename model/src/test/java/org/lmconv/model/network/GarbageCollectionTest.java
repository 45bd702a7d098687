package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.lmconv.model.TensorAssert.assertClose;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmconv.model.Gradients;
import org.lmconv.model.ImageShape;
import org.lmconv.model.Pass;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.operation.Feature;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Any;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.LayerMasks;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.Region;

/**
 * Nothing that backward reads may lie in a buffer of the Java heap's making: after a collection the
 * buffer is free and has other content. Every kind of network and block, every gradient.
 */
class GarbageCollectionTest {
  /** As in {@link NetworkGoldenTest}. */
  private static final double GRADIENT = 1e-3;

  private static final int ROUNDS = Math.max(5, Any.tries() / 10);
  private static final Grid GRID = new Grid(4, 4);

  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());

  @AfterEach
  void close() {
    manager.close();
  }

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

  @Test
  void constantsSurviveCollections() {
    for (int round = 0; round < ROUNDS; round++) {
      NDArray leaf = Autograd.leaf(manager, Tensors.scalar(manager, 1));
      NDArray y =
          Autograd.recording(
              () ->
                  Tensors.scoped(
                      () -> leaf.mul(copied(3)).mul(Tensors.scalar(manager, 5)).mul(copied(7))));
      overwriteSmallBuffers();
      Autograd.backward(y);
      assertThatTensor(Autograd.gradient(leaf)).as("round " + round).hasValues(3 * 5 * 7);
    }
  }

  private NDArray copied(float value) {
    return Tensors.copyOf(manager, new float[] {value}, new Shape());
  }

  /** The block with everything that makes constants: masks, norms, dropout. */
  @ParameterizedTest
  @EnumSource
  void aBlockHasTheSameGradientsWithAndWithoutCollections(Style style) {
    LocallyMaskedConv2d.Options options = new LocallyMaskedConv2d.Options(3, true, true, true);
    for (FeatureNorm norm : List.of(FeatureNorm.PONO, FeatureNorm.ORDER_RESCALE)) {
      GatedResidual block = new GatedResidual("block", 4, true, norm, options);
      float[] expected = gradient(style, block, () -> {});
      for (int round = 0; round < ROUNDS; round++) {
        float[] gradient = gradient(style, block, GarbageCollectionTest::overwriteSmallBuffers);
        // Threads may add in another order; garbage is NaN.
        assertClose(norm + ", round " + round, gradient, expected, 1e-4);
      }
    }
  }

  private static float[] gradient(Style style, GatedResidual block, Runnable between) {
    try (NDManager step = NDManager.newBaseManager(TestDevice.get())) {
      ParameterLayout layout = new ParameterLayout(block.parameters());
      return Pass.run(
              style,
              step,
              new Parameters(step, layout, layout.draw(1)),
              List.of(images(step, 1), images(step, 2)),
              step::ones,
              between,
              (operations, p, in) ->
                  block.forward(
                      operations, p, in.get(0), in.get(1), mask(step), new Dropout2d(0.3, 5)))
          .gradient();
    }
  }

  private static NDArray images(NDManager manager, long seed) {
    Shape shape = new Shape(2, 4, GRID.height(), GRID.width());
    return Tensors.copyOf(manager, Gradients.upstream((int) shape.size(), seed), shape);
  }

  private static MaskTensors mask(NDManager manager) {
    KernelMask mask =
        KernelMask.of(
            OrderKind.S_CURVE.on(GRID), new KernelShape(3, 1), Centre.SEEN, Region.none(GRID));
    return new MaskTensors(manager, mask);
  }

  private static void overwriteFreedBuffers() {
    overwrite(3, 50, IntStream.rangeClosed(2, 14).map(power -> 1 << power).toArray());
  }

  /** Of the sizes of a layer's constants, in bytes. */
  private static void overwriteSmallBuffers() {
    overwrite(1, 200, 4, 32, 64, 576);
  }

  /** Frees what is unreachable, then takes and fills direct memory of the sizes just freed. */
  private static void overwrite(int collections, int count, int... sizes) {
    List<ByteBuffer> taken = new ArrayList<>();
    for (int i = 0; i < collections; i++) {
      System.gc();
      for (int size : sizes) {
        for (int each = 0; each < count; each++) {
          ByteBuffer buffer = ByteBuffer.allocateDirect(size);
          while (buffer.hasRemaining()) {
            buffer.put((byte) 0xFF); // a float of these is NaN
          }
          taken.add(buffer);
        }
      }
    }
    assertThat(taken).isNotEmpty();
  }
}
