package org.lmconv.jobs.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.base.UserError;

/** Files that want to do harm, or are not whole. */
class HostilePthTest {
  @TempDir private Path folder;

  private void assertRefused(Path file, String message) {
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining(message);
  }

  private void assertRefused(byte[] pickle, String message) {
    assertRefused(PickleBytes.zip(folder.resolve("it.pth"), pickle), message);
  }

  /** All of it that is a tensor. */
  private static void read(Path path) throws IOException {
    try (PthFile file = PthFile.open(path, "it.pth")) {
      if (file.root() instanceof Map<?, ?> root
          && root.get("model_state_dict") instanceof Map<?, ?> tensors) {
        for (Object tensor : tensors.values()) {
          if (tensor instanceof TensorRef ref) {
            file.floats("a tensor", ref);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "builtins, getattr",
    "subprocess, Popen",
    "torch, load",
    "torch._utils, _rebuild_tensor",
    "numpy.core.multiarray, _reconstruct",
    "collections, OrderedDict.fromkeys",
    "_codecs, lookup"
  })
  void whatAPickleMayNotCallIsNamed(String module, String function) {
    Path mark = folder.resolve("mark");
    assertRefused(
        PickleBytes.bomb(module, function, "touch " + mark),
        "it.pth asks for %s.%s, which no checkpoint needs; nothing of it was run"
            .formatted(module, function));
    assertThat(mark).doesNotExist();
  }

  @Test
  void alsoInTheStreamAndInLaterProtocols() throws IOException {
    Path stream = folder.resolve("stream.pth");
    Files.write(stream, PickleBytes.bomb("os", "system", "true"));
    assertRefused(stream, "it.pth asks for os.system");
    byte[] later =
        new PickleBytes().op(0x80, 4).text("os").text("system").op(0x93).text("true").end();
    assertRefused(later, "it.pth asks for os.system");
    byte[] old = new PickleBytes().op('(').op('i', 'o', 's', '\n', 'x', '\n').end();
    assertRefused(old, "it.pth asks for os.x");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x81, 0x92, 'o', 'P', '2', 0x82, 0xff})
  void operationsThatAreNotNeeded(int operation) {
    assertRefused(
        new PickleBytes().op(operation).end(),
        "it.pth has operation 0x%02x at byte 2 of its pickle".formatted(operation));
  }

  @Test
  void picklesThatMakeNoSense() {
    assertRefused(new PickleBytes().op('R').end(), "an operation on nothing");
    assertRefused(new PickleBytes().op('u').end(), "an operation on nothing");
    assertRefused(new PickleBytes().op('h', 7).end(), "a reference to nothing");
    assertRefused(new PickleBytes().op('}').op(']', 'N', 's').end(), "neither str nor int");
    assertRefused(new PickleBytes().op('N', 'N', 'a').end(), "where a list should be");
    assertRefused(new PickleBytes().op('N', 'Q').end(), "where a storage should be");
    assertRefused(new PickleBytes().op('N', 'N', 'b').end(), "something that has none");
    assertRefused(
        new PickleBytes().global("numpy", "dtype").op(')', 'R').end(), "numpy.dtype of item 0");
    assertRefused(new PickleBytes().op('X', 0xff, 0xff, 0xff, 0x7f).end(), "has a text of");
    assertRefused(new PickleBytes().op('X', 9, 0, 0, 0).end(), "is cut off");
    // A list that holds itself is no trouble as long as nobody looks into it.
    byte[] itself = new PickleBytes().op(']', 'q', 0, 'h', 0, 'a', 'N', 0x85).end();
    Path file = PickleBytes.zip(folder.resolve("itself.pth"), itself);
    assertThat(file).satisfies(HostilePthTest::read);
  }

  @ParameterizedTest
  @CsvSource({"network_a_pono", "network_a_pono_legacy_cuda"})
  void filesThatAreCutOff(String name) throws IOException {
    byte[] whole = Files.readAllBytes(GoldenPth.copy(name, folder));
    Path cut = folder.resolve("cut.pth");
    for (int length : new int[] {1, 2, 30, 1000, whole.length / 2, whole.length - 1}) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatExceptionOfType(UserError.class)
          .as("%d bytes", length)
          .isThrownBy(() -> read(cut))
          .withMessageContaining("is cut off")
          .withMessageEndingWith("fetch it again");
    }
  }

  @ParameterizedTest
  @CsvSource({"network_a_pono, 997", "network_a_pono_legacy_cuda, 37"})
  void flippedBitsAreRefusedInOneLineOrHarmless(String name, int distance) throws IOException {
    byte[] whole = Files.readAllBytes(GoldenPth.copy(name, folder));
    Path flipped = folder.resolve("flipped.pth");
    int refused = 0;
    for (int place = 0; place < Math.min(40_000, whole.length); place += distance) {
      byte[] bytes = whole.clone();
      bytes[place] ^= (byte) (1 << place % 8);
      Files.write(flipped, bytes);
      Throwable thrown = catchThrowable(() -> read(flipped));
      if (thrown != null) {
        refused++;
        assertThat(thrown).as("bit of byte %d", place).isInstanceOf(UserError.class);
        assertThat(thrown).hasMessageContaining("it.pth").message().doesNotContain("\n");
      }
    }
    assertThat(refused).isPositive();
  }

  /** Numbers that a pickle may claim, and nothing is there. */
  @ParameterizedTest
  @CsvSource({
    "4611686018427387904, 1, 1, a storage of 4611686018427387904 elements",
    "-1, 1, 1, a storage of -1 elements",
    "4, 5, 1, elements 0 to 5 of a storage of 4",
    "4, 4611686018427387904, 4, overflow",
    "4, 1000000000, 0, shape [1000000000] of a storage of 4",
    "4, 4, -1, strides [-1]",
    "4, 0, 1, shape [0]",
    "4, 4, 1, lacks its part archive/data/0"
  })
  void tensorsThatAreNotThere(long elements, long side, long stride, String message) {
    PickleBytes pickle = new PickleBytes().global("torch._utils", "_rebuild_tensor_v2").op('(');
    pickle.op('(').text("storage").global("torch", "FloatStorage").text("0").text("cpu");
    pickle.number(elements).op('t', 'Q', 'K', 0);
    pickle.number(side).op(0x85).number(stride).op(0x85, 't', 'R');
    assertRefused(pickle.end(), message);
  }

  @Test
  void otherFiles() throws IOException {
    Path file = folder.resolve("it.pth");
    Files.writeString(file, "");
    assertRefused(file, "is no file of torch.save");
    Files.writeString(file, "a text");
    assertRefused(file, "is no file of torch.save");
    Files.write(file, new PickleBytes().op('N').end());
    assertRefused(file, "it.pth is a pickle, but not of torch.save");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("hello.txt"));
      zip.write("hello".getBytes(StandardCharsets.UTF_8));
    }
    assertRefused(file, "is a zip archive with 0 data.pkl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      zip.write(new PickleBytes().op('N').end());
    }
    assertRefused(file, "is compressed");
  }
}
