package org.lmconv.jobs.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmconv.jobs.TinyRuns;
import org.lmconv.jobs.TinyRuns.Printed;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.Keys.ExportKeys;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.format.Safetensors;
import org.lmconv.jobs.format.Safetensors.Part;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.jobs.run.WorkerParts;
import org.lmconv.jobs.train.TrainForTests;

/** Checkpoints leave as safetensors and come back as they were. */
class ExportTest {
  @TempDir private static Path folder;
  private static String data;

  @BeforeAll
  static void trainModels() throws IOException {
    data = TinyRuns.table(folder);
    train("averaged", "train.inner-state=average", "train.ema-decay=0.9");
    train("own", "train.inner-state=local", "train.ema-decay=0");
  }

  private static void train(String run, String one, String other) throws IOException {
    TrainForTests.train(
        "run=" + folder.resolve(run),
        "data=" + data,
        "train.rounds=2",
        "train.local-steps=2",
        "train.warmup-images=0",
        "train.outer=nesterov",
        one,
        other);
  }

  private static Path export(String run, String file, String... words) throws IOException {
    Path to = folder.resolve(file);
    List<String> all =
        Stream.concat(Stream.of("run=" + folder.resolve(run), "to=" + to), Stream.of(words))
            .toList();
    Export.run(ConfigLoader.load(Optional.empty(), all, "export", ExportKeys.class), new Printed());
    return to;
  }

  private static Checkpoint read(String run) throws IOException {
    return SavedModel.find(new Configuration(), folder.resolve(run).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"averaged", "own"})
  void everythingComesBackBitForBit(String run) throws IOException {
    Path file = export(run, run + ".safetensors");
    String printed = ImportForTests.run("from=" + file, "run=" + folder.resolve(run + "-back"));
    Checkpoint before = read(run);
    Checkpoint after = read(run + "-back");
    assertThat(printed).contains("exported at ").contains(before.manifest().runId());
    assertThat(after.state()).isEqualTo(before.state());
    assertThat(after.model()).isEqualTo(before.model());
    assertThat(after.config().as(TrainKeys.class).train())
        .isEqualTo(before.config().as(TrainKeys.class).train());
    assertThat(after.config().as(TrainKeys.class).data()).isEqualTo(data);
    if (before.state().inner() instanceof InnerState.Own own) {
      for (int worker = 0; worker < own.workers(); worker++) {
        assertThat(ofWorker(after, worker)).isEqualTo(ofWorker(before, worker));
      }
    }
    // Training goes on in the same way, to the same bits.
    TrainForTests.goOn("run=" + folder.resolve(run), "train.rounds=3");
    TrainForTests.goOn("run=" + folder.resolve(run + "-back"), "train.rounds=3");
    assertThat(read(run + "-back").state()).isEqualTo(read(run).state());
  }

  private static Object ofWorker(Checkpoint checkpoint, int worker) throws IOException {
    return WorkerParts.read(
        new Configuration(),
        checkpoint.directory(),
        checkpoint.model().newNetwork().layout(),
        worker,
        checkpoint.state().inner().step());
  }

  @Test
  void weightsAloneAreThoseThatScore() throws IOException {
    Path file = export("averaged", "weights.safetensors", "weights-only=true");
    ImportForTests.run("from=" + file, "run=" + folder.resolve("weights"));
    assertThat(read("weights").state().parameters()).isEqualTo(read("averaged").weights());
    assertThat(read("weights").state().ema()).isEmpty();
    assertThat(read("weights").state().inner()).isEqualTo(new InnerState.Fresh());
  }

  /** The format, read by hand. */
  @Test
  void theFileIsWhatOthersExpect() throws IOException {
    byte[] bytes = Files.readAllBytes(export("averaged", "format.safetensors"));
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) little.getLong();
    String header = new String(bytes, Long.BYTES, length, StandardCharsets.UTF_8);
    assertThat(length % 8).isZero();
    assertThat(header).startsWith("{\"__metadata__\":{\"format\":\"pt\"");
    String first = "down_layers.0.u_stream.0.conv_input.weight";
    assertThat(header)
        .contains(
            "\"" + first + "\":{\"dtype\":\"F32\",\"shape\":[3,6,3,3],\"data_offsets\":[0,648]}");
    assertThat(little.getFloat(Long.BYTES + length))
        .isEqualTo(read("averaged").state().parameters().values()[0]);
    int parameters = read("averaged").state().parameters().size();
    assertThat(bytes).hasSize(Long.BYTES + length + 5 * Float.BYTES * parameters);
  }

  @Test
  void bareParametersAreUnderstood() throws IOException {
    Checkpoint checkpoint = read("averaged");
    Part bare = new Part(List.of(""), () -> List.of(checkpoint.state().parameters()));
    Path file = folder.resolve("bare.safetensors");
    try (var out = Files.newOutputStream(file)) {
      Safetensors.write(out, Map.of(), checkpoint.model().newNetwork().layout(), List.of(bare));
    }
    String printed =
        ImportForTests.run(
            "from=" + file, "run=" + folder.resolve("bare-back"), "model.dilation=2");
    assertThat(printed).contains("the file does not say the size of its images");
    assertThat(read("bare-back").state().parameters()).isEqualTo(checkpoint.state().parameters());
  }

  private static void assertRefused(Path file, String message) {
    Path run = folder.resolve("refused");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ImportForTests.run("from=" + file, "run=" + run))
        .withMessageContaining(message);
    assertThat(run).doesNotExist();
  }

  @Test
  void damagedFiles() throws IOException {
    byte[] whole = Files.readAllBytes(export("averaged", "whole.safetensors"));
    Path cut = folder.resolve("cut.safetensors");
    for (int size : new int[] {9, 500, whole.length / 2, whole.length - 1}) {
      Files.write(cut, Arrays.copyOf(whole, size));
      assertRefused(cut, "is cut off: it ends after " + size + " bytes");
    }
    Files.write(cut, Arrays.copyOf(whole, whole.length + 4));
    assertRefused(cut, "4 bytes at its end that are of no tensor");
    Files.write(cut, replaced(whole, "\"shape\":[3,6,3,3]", "\"shape\":[6,3,3,3]"));
    assertRefused(cut, "in shape [6, 3, 3, 3], the network in [3, 6, 3, 3]; it is of another");
    Files.write(cut, replaced(whole, "nin_out.lin_a.bias", "nin_out.lin_a.bios"));
    assertRefused(cut, "has no tensor nin_out.lin_a.bias; it is of another network");
    Files.write(cut, replaced(whole, "\"dtype\":\"F32\"", "\"dtype\":\"F16\""));
    assertRefused(cut, " is F16; save it as F32");
  }

  private static byte[] replaced(byte[] bytes, String from, String to) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9000000000,9000000000],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"a\":7",
      })
  void hostileHeaders(String header) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
    Path file = Files.write(folder.resolve("hostile.safetensors"), bytes.array());
    assertRefused(file, "is damaged: it has ");
  }

  @Test
  void filesThatAreThereStayAsTheyAre() throws IOException {
    Path file = Files.writeString(folder.resolve("there.safetensors"), "mine");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> export("averaged", "there.safetensors"))
        .withMessage("to=%s is there already; name a new file", file);
    assertThat(file).hasContent("mine");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> export("averaged", "there.pth"))
        .withMessageContaining("name a file that ends in .safetensors");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> export("averaged", "there.safetensors/a.safetensors"))
        .withMessageContaining("cannot be ");
  }
}
