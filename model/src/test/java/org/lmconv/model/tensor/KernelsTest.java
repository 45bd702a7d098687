package org.lmconv.model.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmconv.model.TensorAssert.assertThatTensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmconv.model.TestDevice;

/** Calls into TorchScript. What the kernels compute is tested where they are used. */
class KernelsTest {
  private final NDManager manager = NDManager.newBaseManager(TestDevice.get());

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray tensor(float... values) {
    return Tensors.copyOf(manager, values, new Shape(1, 1, 1, values.length));
  }

  @Test
  void argumentsOfEveryKindArrive() {
    // Tensor, flag and a list of tensors, which may be empty.
    assertThatTensor(Kernels.tensor("elu", tensor(1, 2), true, new NDArray[0]))
        .isCloseTo(new double[] {1, 2, Math.expm1(-1), Math.expm1(-2)}, 1e-7);
    assertThatTensor(Kernels.tensor("elu", tensor(1, 2), false, List.of(tensor(3, 0))))
        .hasValues(3, 0);
    // A whole number.
    assertThat(Kernels.tensor("cast", tensor(1), 7L).getDataType()).isEqualTo(DataType.FLOAT64);
    // A tuple.
    NDArray[] parts = Kernels.tensors("split_gate", tensor(5, 0));
    assertThatTensor(parts[0]).hasValues(5);
    assertThatTensor(parts[1]).hasValues(0.5f);
    // Nothing but an effect.
    NDArray sum = tensor(1, 2);
    Kernels.apply("add_", sum, tensor(10, 20));
    assertThatTensor(sum).hasValues(11, 22);
  }

  @Test
  void resultsBelongToTheManagerOfTheFirstTensor() {
    try (NDManager other = manager.newSubManager()) {
      NDArray x = tensor(1, 2);
      NDArray y = Tensors.copyOf(other, new float[] {1, 2}, x.getShape());
      assertThat(Kernels.tensor("over_pixels", y, x).getManager()).isSameAs(other);
      assertThat(Kernels.tensor("over_pixels", x, y).getManager()).isSameAs(manager);
    }
  }

  @Test
  void callsLeaveNoTensorButTheirResult() {
    NDArray x = tensor(1, 2);
    Kernels.tensor("elu", x, true, List.of(tensor(1, 1, 1, 1)));
    int before = manager.getManagedArrays().size();
    Kernels.apply("add_", x, x);
    Kernels.tensor("cast", x, 6L).close();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void refusesWhatNoKernelTakes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Kernels.tensor("cast", tensor(1), "six"))
        .withMessage("a kernel takes no six");
    assertThatThrownBy(() -> Kernels.tensor("no_such_kernel", tensor(1)))
        .hasMessageContaining("no_such_kernel");
  }

  /** Two tasks of an executor run kernels at the same time. */
  @Test
  void threadsDoNotDisturbEachOther() throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> results =
          IntStream.range(0, 4)
              .mapToObj(thread -> pool.submit(() -> sumsAreRight(thread)))
              .toList();
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean sumsAreRight(int thread) {
    try (NDManager own = NDManager.newBaseManager(TestDevice.get())) {
      NDArray sum = own.zeros(new Shape(100));
      NDArray one = Tensors.copyOf(own, new float[] {thread}, new Shape(1));
      for (int i = 0; i < 500; i++) {
        Kernels.apply("add_", sum, one);
      }
      return sum.max().getFloat() == 500 * thread && sum.min().getFloat() == 500 * thread;
    }
  }

  @Test
  void theArchiveHasTheTextAndAnObjectOfItsClass() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    byte[] archive = Kernels.archive("Some", "class Some(Module):\n");
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    assertThat(files.keySet())
        .containsExactlyInAnyOrder(
            "kernels/data.pkl",
            "kernels/code/__torch__.py",
            "kernels/constants.pkl",
            "kernels/version");
    assertThat(new String(files.get("kernels/code/__torch__.py"), StandardCharsets.UTF_8))
        .isEqualTo("class Some(Module):\n");
    // Protocol 2, the class, NEWOBJ of an empty tuple, {"training": False}, BUILD, end.
    assertThat(new String(files.get("kernels/data.pkl"), StandardCharsets.ISO_8859_1))
        .isEqualTo("\u0080\u0002c__torch__\nSome\n)\u0081}(X\u0008\0\0\0training\u0089ub.");
  }
}
