package org.lmconv.model.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.TestDevice;
import org.lmconv.model.tensor.Tensors;

/** The tape on operations that are plain numbers. */
class TapeTest {
  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());
  private final Tape tape = new Tape();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray number(float value) {
    return Tensors.copyOf(manager, new float[] {value}, new Shape(1));
  }

  /** factor · x. */
  private Feature times(float factor, Feature x, List<String> order) {
    Feature result = new Feature(number(factor * x.value().getFloat()), true);
    tape.record(
        result,
        dy -> {
          order.add("times " + factor);
          x.addGradient(number(factor * dy.getFloat()));
          dy.close();
        });
    return result;
  }

  private Feature plus(Feature a, Feature b) {
    Feature result = new Feature(number(a.value().getFloat() + b.value().getFloat()), true);
    tape.record(
        result,
        dy -> {
          a.addGradient(dy.duplicate());
          b.addGradient(dy);
        });
    return result;
  }

  @Test
  void gradientsAddUpWhereAFeatureIsReadTwice() {
    Feature x = new Feature(number(1), true);
    List<String> order = new ArrayList<>();
    Feature a = times(2, x, order);
    Feature y = plus(times(3, a, order), times(5, a, order)); // 16 x
    tape.backward(y, number(10));
    assertThatTensor(x.gradient()).hasValues(160);
    assertThat(order).containsExactly("times 5.0", "times 3.0", "times 2.0");
  }

  @Test
  void everyFeatureAndGradientOfThePassIsFreed() {
    Feature x = new Feature(number(1), true);
    Feature y = plus(times(2, x, new ArrayList<>()), times(3, x, new ArrayList<>()));
    NDArray kept = number(7);
    NDArray zero = number(0);
    Feature z = new Feature(zero, true);
    tape.record(z, dy -> y.addGradient(dy), kept);
    tape.backward(z, number(1));
    assertThat(kept.isReleased()).isTrue();
    assertThat(zero.isReleased()).isTrue();
    assertThat(manager.getManagedArrays()).hasSize(2); // x and its gradient
    assertThatTensor(x.gradient()).hasValues(5);
  }

  @Test
  void noGradientGoesWhereNoneIsWantedOrNoneComesFrom() {
    Feature constant = new Feature(number(1), false);
    List<String> order = new ArrayList<>();
    Feature unused = times(9, new Feature(number(1), true), order);
    Feature y = times(2, constant, order);
    tape.backward(y, number(1));
    assertThat(constant.gradient()).isNull();
    assertThat(order).containsExactly("times 2.0");
    assertThat(unused.value().isReleased()).isTrue();
  }
}
