package org.lmconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lmconv.model.TensorAssert.assertClose;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lmconv.model.Gradients;
import org.lmconv.model.Pass;
import org.lmconv.model.Style;
import org.lmconv.model.TestDevice;
import org.lmconv.model.operation.MaskTensors;
import org.lmconv.model.operation.Operations.FeatureNorm;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.Parameters;
import org.lmconv.model.tensor.Autograd;
import org.lmconv.model.tensor.Tensors;
import org.lmconv.orders.Any;
import org.lmconv.orders.Grid;
import org.lmconv.orders.KernelMask;
import org.lmconv.orders.KernelMask.Centre;
import org.lmconv.orders.KernelShape;
import org.lmconv.orders.OrderKind;
import org.lmconv.orders.Region;

/**
 * What backward reads must belong to libtorch: Java buffers that a collection between forward and
 * backward frees are overwritten here at once, by which a constant over such a buffer shows.
 */
class LayerGarbageCollectionTest {
  private static final int ROUNDS = Math.max(5, Any.tries() / 10);
  private static final Grid GRID = new Grid(4, 4);

  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());

  @AfterEach
  void close() {
    manager.close();
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
      collectAndOverwrite();
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
        float[] gradient = gradient(style, block, LayerGarbageCollectionTest::collectAndOverwrite);
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

  /** Frees unreachable buffers and fills new ones of the sizes of this test's constants. */
  private static void collectAndOverwrite() {
    System.gc();
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      for (int floats : new int[] {1, 8, 16, 144}) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(floats * Float.BYTES);
        while (buffer.hasRemaining()) {
          buffer.put((byte) 0xFF);
        }
        buffers.add(buffer);
      }
    }
    assertThat(buffers).isNotEmpty();
  }
}
