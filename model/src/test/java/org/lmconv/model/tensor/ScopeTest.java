package org.lmconv.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.TestDevice;

/** Scopes free what was made inside, but the result. */
class ScopeTest {
  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());
  private final NDArray x = Tensors.copyOf(manager, new float[] {1, 2}, new Shape(2));

  @AfterEach
  void close() {
    manager.close();
  }

  private int tensors() {
    return manager.getManagedArrays().size();
  }

  @Test
  void temporariesAreFreedAndTheResultIsNot() {
    int before = tensors();
    NDArray y = Tensors.scoped(() -> x.add(x).mul(x).add(Tensors.scalar(x, 1)));
    assertThat(tensors()).isEqualTo(before + 1);
    assertThatTensor(y).hasValues(3, 9);
    assertThatTensor(x).as("what was there before stays").hasValues(1, 2);
  }

  @Test
  void theResultOfAnInnerScopeIsATemporaryOfTheOuter() {
    int before = tensors();
    AtomicReference<NDArray> inner = new AtomicReference<>();
    NDArray y =
        Tensors.scoped(
            () -> {
              inner.set(Tensors.scoped(() -> x.add(x).mul(x)));
              assertThat(tensors()).isEqualTo(before + 1);
              return inner.get().add(x);
            });
    assertThat(tensors()).isEqualTo(before + 1);
    assertThat(inner.get().isReleased()).isTrue();
    assertThatTensor(y).hasValues(3, 10);
  }

  @Test
  void whatIsKeptOutlivesItsScope() {
    AtomicReference<NDArray> kept = new AtomicReference<>();
    Tensors.scoped(
        () -> {
          kept.set(Tensors.kept(x.add(x)));
          return x.neg();
        });
    assertThatTensor(kept.get()).hasValues(2, 4);
  }

  @Test
  void leavesOutliveTheScopeInWhichTheyWereMade() {
    AtomicReference<NDArray> leaf = new AtomicReference<>();
    NDArray loss =
        Autograd.recording(
            () ->
                Tensors.scoped(
                    () -> {
                      leaf.set(Autograd.leaf(manager, x));
                      return leaf.get().mul(leaf.get()).sum();
                    }));
    Autograd.backward(loss);
    assertThatTensor(Autograd.gradient(leaf.get())).hasValues(2, 4);
  }

  @Test
  void viewsOutliveTheTensorTheyLookAt() {
    NDArray view = Tensors.scoped(() -> Tensors.slice(x.add(x), 0, 1, 2));
    assertThatTensor(view).hasValues(4);
  }

  @Test
  void aFailureFreesEverythingAndLeavesNoScopeBehind() {
    int before = tensors();
    IllegalStateException failure = new IllegalStateException("inside");
    assertThatThrownBy(
            () ->
                Tensors.scoped(
                    () -> {
                      x.add(x);
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(tensors()).isEqualTo(before);
    assertThatTensor(x.add(x)).as("outside any scope").hasValues(2, 4);
    assertThat(tensors()).isEqualTo(before + 1);
  }

  @Test
  void backwardStillHasWhatItNeeds() {
    NDArray leaf = Autograd.leaf(manager, x);
    NDArray y =
        Autograd.recording(
            () -> Tensors.scoped(() -> leaf.mul(leaf).mul(Tensors.scalar(x, 3)).exp().sum()));
    Autograd.backward(y);
    // 6 x e^(3 x²); float32 exp is good to 1e-6 relatively.
    double[] expected = {6 * Math.exp(3), 12 * Math.exp(12)};
    assertThatTensor(Autograd.gradient(leaf)).isCloseTo(expected, 1e-6 * expected[1]);
  }
}
