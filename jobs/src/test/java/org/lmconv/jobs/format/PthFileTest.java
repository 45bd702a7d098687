package org.lmconv.jobs.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.format.TensorRef.ElementType;
import org.lmconv.jobs.format.TensorRef.StorageRef;
import org.lmconv.orders.Npz;

/** The checkpoints of the paper's authors, against arrays that numpy wrote. */
class PthFileTest {
  @TempDir private Path folder;

  private static Map<?, ?> dict(Object value) {
    return (Map<?, ?>) value;
  }

  @ParameterizedTest
  @CsvSource({
    "network_a, network_a, param:, 81",
    "network_a_pono, network_a_pono, param:, 60",
    "network_a_pono_legacy_cuda, network_a_pono, param:, 60",
    "network_b, network_b, param:, 126",
    "adam_after3, adam, param3:, 81"
  })
  void parametersAreThoseOfTheArraysBitForBit(String pth, String npz, String prefix, int count)
      throws IOException {
    Npz arrays = Npz.resource(npz + ".npz");
    try (PthFile file = PthFile.open(GoldenPth.copy(pth, folder), pth)) {
      Map<?, ?> state = dict(dict(file.root()).get("model_state_dict"));
      assertThat(state).hasSize(count);
      for (Map.Entry<?, ?> entry : state.entrySet()) {
        String name = (String) entry.getKey();
        TensorRef tensor = (TensorRef) entry.getValue();
        assertThat(tensor.shape()).containsExactly(box(arrays.shape(prefix + name)));
        assertThat(file.floats(name, tensor)).isEqualTo(arrays.floats(prefix + name));
      }
    }
  }

  private static Long[] box(long[] sides) {
    return Arrays.stream(sides).boxed().toArray(Long[]::new);
  }

  @ParameterizedTest
  @CsvSource({"network_a_pono", "network_a_pono_legacy_cuda"})
  void bothFormatsHoldTheSame(String pth) throws IOException {
    try (PthFile file = PthFile.open(GoldenPth.copy(pth, folder), pth)) {
      Map<?, ?> root = dict(file.root());
      assertThat(root.keySet())
          .map(Object::toString)
          .containsExactly(
              "test_loss_1x8x8",
              "epoch",
              "global_step",
              "args",
              "model_state_dict",
              "optimizer_state_dict",
              "ema_state_dict");
      float bits = Npz.resource("network_a_pono.npz").floats("bpd_avg")[0];
      // The scalar of numpy; the array rounds it to float32.
      assertThat(((Double) root.get("test_loss_1x8x8")).floatValue()).isEqualTo(bits);
      assertThat(root.get("global_step")).isEqualTo(1L);
      Map<?, ?> args = dict(root.get("args"));
      assertThat(args.get("binarize")).isEqualTo(true);
      assertThat(args.get("lr")).isEqualTo(2e-4);
      assertThat(args.get("clip")).isEqualTo(-1L);
      assertThat(args.get("order")).isEqualTo(List.of("s_curve"));
      assertThat(args.get("test_masks")).isNull();
    }
  }

  @Test
  void stepsAreTensorsWithoutSides() throws IOException {
    try (PthFile file = PthFile.open(GoldenPth.copy("adam_after3", folder), "it")) {
      Map<?, ?> optimiser = dict(dict(file.root()).get("optimizer_state_dict"));
      Map<?, ?> first = dict(dict(optimiser.get("state")).get(0L));
      TensorRef step = (TensorRef) first.get("step");
      assertThat(step.shape()).isEmpty();
      assertThat(file.floats("step", step)).containsExactly(3f);
    }
  }

  @Test
  void tensorsMayLieInAnyOrderOfSides() {
    StorageRef storage = new StorageRef(ElementType.FLOAT, "0", 10);
    TensorRef transposed = new TensorRef(storage, 2, List.of(2L, 3L), List.of(1L, 2L));
    assertThat(transposed.span()).isEqualTo(6);
    assertThat(transposed.places()).containsExactly(0, 2, 4, 1, 3, 5);
    // The stride of a side of one element is no matter.
    TensorRef row = new TensorRef(storage, 0, List.of(1L, 3L), List.of(9L, 1L));
    assertThat(row.places()).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @CsvSource({"-1, ff", "128, 8000", "140234567890123, cbb49ae78a7f00"})
  void numbersOfAnySize(long number, String littleEndian) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(littleEndian);
    PickleBytes pickle = new PickleBytes().op(0x8a, bytes.length);
    for (byte each : bytes) {
      pickle.op(each);
    }
    Path file = PickleBytes.zip(folder.resolve("number.pth"), pickle.end());
    try (PthFile opened = PthFile.open(file, "it")) {
      assertThat(opened.root()).isEqualTo(number);
    }
  }
}
