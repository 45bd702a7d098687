package org.lmconv.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.TestDevice;

/** Recording and back-propagation. */
class AutogradTest {
  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());
  private final NDArray x = Tensors.copyOf(manager, new float[] {2, 3}, new Shape(2));

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void backPropagatesFromAScalar() {
    NDArray leaf = Autograd.leaf(manager, x);
    Autograd.backward(Autograd.recording(() -> leaf.mul(leaf).sum()));
    assertThatTensor(Autograd.gradient(leaf)).hasValues(4, 6);
  }

  @Test
  void backPropagatesAnUpstreamGradient() {
    NDArray leaf = Autograd.leaf(manager, x);
    NDArray y = Autograd.recording(() -> leaf.mul(leaf));
    Autograd.backward(y, Tensors.copyOf(manager, new float[] {1, -10}, new Shape(2)));
    assertThatTensor(Autograd.gradient(leaf)).hasValues(4, -60);
  }

  @Test
  void leavesShareMemoryAndCutTheGraph() {
    NDArray leaf = Autograd.leaf(manager, x);
    Autograd.notRecording(() -> x.addi(Tensors.scalar(x, 1)));
    assertThatTensor(leaf).hasValues(3, 4);
    NDArray second = Autograd.leaf(manager, leaf);
    Autograd.backward(Autograd.recording(() -> second.sum()));
    assertThatTensor(Autograd.gradient(second)).hasValues(1, 1);
    assertThatTensor(Autograd.gradient(leaf)).as("beyond the cut").hasValues(0, 0);
  }

  @Test
  void nothingIsRecordedWhereNotAskedFor() {
    NDArray leaf = Autograd.leaf(manager, x);
    NDArray y = Autograd.notRecording(() -> leaf.mul(leaf).sum());
    assertThatThrownBy(() -> Autograd.backward(y)).hasMessageContaining("does not require grad");
  }

  @Test
  void modesNestAndAreRestoredAfterFailures() {
    boolean before = JniUtils.isGradMode();
    Autograd.recording(
        () -> {
          assertThat(JniUtils.isGradMode()).isTrue();
          Autograd.notRecording(() -> assertThat(JniUtils.isGradMode()).isFalse());
          return assertThat(JniUtils.isGradMode()).isTrue();
        });
    assertThat(JniUtils.isGradMode()).isEqualTo(before);
    assertThatThrownBy(
            () ->
                inOtherModeThan(
                    before,
                    () -> {
                      throw new IllegalStateException("inside");
                    }))
        .hasMessage("inside");
    assertThat(JniUtils.isGradMode()).isEqualTo(before);
  }

  private static void inOtherModeThan(boolean mode, Runnable body) {
    if (mode) {
      Autograd.notRecording(() -> run(body));
    } else {
      Autograd.recording(() -> run(body));
    }
  }

  private static boolean run(Runnable body) {
    body.run();
    return true;
  }

  /** Each thread records while the other does, and while the other does not. */
  @Test
  void twoThreadsRecordSideBySide() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Integer> one = threads.submit(trainer(barrier, 2));
      Future<Integer> other = threads.submit(trainer(barrier, 5));
      assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(20);
      assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo(20);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aThreadThatScoresDoesNotStopOneThatTrains() throws Exception {
    NDArray leaf = Autograd.leaf(manager, x);
    NDArray y = Autograd.recording(() -> leaf.mul(scoredElsewhere(leaf)).sum());
    Autograd.backward(y);
    assertThatTensor(Autograd.gradient(leaf)).as("d(x · c), c = 2x as a constant").hasValues(4, 6);
  }

  private static NDArray scoredElsewhere(NDArray leaf) {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      return thread.submit(() -> Autograd.notRecording(() -> leaf.add(leaf))).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      thread.shutdownNow();
    }
  }

  /** Counts the right gradients of factor · x² at x = 3, in step with the other thread. */
  private static Callable<Integer> trainer(CyclicBarrier barrier, int factor) {
    return () -> {
      int right = 0;
      for (int step = 0; step < 20; step++) {
        try (NDManager own = NDManager.newBaseManager(TestDevice.get())) {
          NDArray leaf = Autograd.leaf(own, Tensors.scalar(own, 3));
          NDArray loss =
              Autograd.recording(
                  () -> {
                    await(barrier);
                    NDArray square = leaf.mul(leaf);
                    await(barrier);
                    return square.mul(Tensors.scalar(own, factor));
                  });
          await(barrier);
          Autograd.backward(loss);
          right += Autograd.gradient(leaf).getFloat() == 6 * factor ? 1 : 0;
        }
      }
      return right;
    };
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the other thread did not come", e);
    }
  }

  @Test
  void unusedLeavesHaveZeroGradients() {
    List<NDArray> leaves = List.of(Autograd.leaf(manager, x), Autograd.leaf(manager, x));
    Autograd.backward(Autograd.recording(() -> leaves.get(0).sum()));
    assertThatTensor(Autograd.gradient(leaves.get(1))).hasShape(2).hasValues(0, 0);
  }
}
