package org.lmconv.jobs.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmconv.jobs.base.UserError;
import org.lmconv.jobs.conf.Keys.TrainKeys;
import org.lmconv.jobs.conf.ModelConfig;
import org.lmconv.jobs.format.GoldenPth;
import org.lmconv.jobs.format.NamedTensors;
import org.lmconv.jobs.format.PickleBytes;
import org.lmconv.jobs.format.PthFile;
import org.lmconv.jobs.run.Checkpoint;
import org.lmconv.jobs.run.InnerState;
import org.lmconv.jobs.run.SavedModel;
import org.lmconv.model.ImageShape;
import org.lmconv.model.parameter.ParameterLayout;
import org.lmconv.model.parameter.ParameterSpec;
import org.lmconv.model.parameter.ParameterVector;
import org.lmconv.model.train.AdamState;
import org.lmconv.orders.Npz;

/** Checkpoints of the paper's authors become runs. */
class ImportTest {
  @TempDir private Path folder;

  private Checkpoint imported(String name) throws IOException {
    String run = folder.resolve("run").toString();
    ImportForTests.run("from=" + GoldenPth.copy(name, folder), "run=" + run);
    return SavedModel.find(new Configuration(), run);
  }

  private static void assertSame(
      Checkpoint checkpoint, ParameterVector vector, Npz arrays, String prefix) {
    ParameterLayout layout = checkpoint.model().newNetwork().layout();
    for (ParameterSpec spec : layout.specs()) {
      int offset = layout.offset(spec.name());
      assertThat(Arrays.copyOfRange(vector.values(), offset, offset + spec.size()))
          .as(spec.name())
          .isEqualTo(arrays.floats(prefix + spec.name()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "network_a, network_a, param:, 1, 8, 8, 1, weight_norm+pono, bernoulli, s_curve/*",
    "network_a_pono, network_a_pono, param:, 1, 8, 5, 1, pono, bernoulli, s_curve/*",
    "network_a_pono_legacy_cuda, network_a_pono, param:, 1, 8, 5, 1, pono, bernoulli, s_curve/*",
    "network_b, network_b, param:, 3, 6, 6, 2, weight_norm+pono, logistic_mixture, gilbert/*",
    "adam_after3, adam, param3:, 1, 8, 8, 1, weight_norm+pono, bernoulli, s_curve/*"
  })
  void theNetworkIsThatOfTheFile(
      String pth,
      String npz,
      String prefix,
      int channels,
      int side,
      int filters,
      int resnets,
      String normalization,
      String likelihood,
      String orders)
      throws IOException {
    Checkpoint checkpoint = imported(pth);
    ModelConfig expected =
        new ModelConfig(
            filters, resnets, 3, 2, normalization, true, false, 0, likelihood, 10, 8, "exact");
    assertThat(checkpoint.config().model()).isEqualTo(expected);
    assertThat(checkpoint.model().image()).isEqualTo(new ImageShape(channels, side, side));
    assertThat(checkpoint.config().as(TrainKeys.class).orders()).containsExactly(orders);
    assertSame(checkpoint, checkpoint.state().parameters(), Npz.resource(npz + ".npz"), prefix);
    assertThat(checkpoint.state().ema()).isEmpty();
  }

  /** After one step exp_avg is 0.1 g and exp_avg_sq 0.001 g². */
  @Test
  void theOptimiserIsThatOfTheFile() throws IOException {
    Checkpoint checkpoint = imported("network_b");
    AdamState adam = ((InnerState.Shared) checkpoint.state().inner()).adam();
    assertThat(adam.step()).isEqualTo(1);
    Npz arrays = Npz.resource("network_b.npz");
    ParameterLayout layout = checkpoint.model().newNetwork().layout();
    for (ParameterSpec spec : layout.specs()) {
      float[] gradient = arrays.floats("grad:" + spec.name());
      for (int i = 0; i < gradient.length; i++) {
        int place = layout.offset(spec.name()) + i;
        double g = gradient[i];
        // Two roundings of float32, of which the first is of the constant.
        assertThat((double) adam.m().values()[place])
            .isCloseTo(0.1 * g, within(3e-7 * Math.abs(g)));
        assertThat((double) adam.v().values()[place])
            .isCloseTo(0.001 * g * g, within(3e-9 * g * g + 1e-44));
      }
    }
  }

  @Test
  void trainingGoesOnWhereItWas() throws IOException {
    Checkpoint checkpoint = imported("adam_after3");
    assertThat(checkpoint.state().inner().step()).isEqualTo(3);
    assertThat(checkpoint.state().round()).isEqualTo(3);
    assertThat(checkpoint.state().imagesSeen()).isEqualTo(6);
    var train = checkpoint.config().as(TrainKeys.class).train();
    assertThat(train.learningRate()).isEqualTo(1.99999e-4); // as main.py had lowered it
    assertThat(train.batchSize()).isEqualTo(2);
    assertThat(train.localSteps(0)).isEqualTo(1);
    assertThat(train.clip()).isZero();
    assertThat(train.epsilon()).isEqualTo(1e-8);
    assertThat(checkpoint.config().as(TrainKeys.class).data()).isEmpty();
  }

  @Test
  void whatWasInferredIsPrinted() throws IOException {
    Path file = GoldenPth.copy("main_cli", folder);
    String printed =
        ImportForTests.run("from=" + file, "run=" + folder.resolve("run"), "model.dropout=0.25");
    assertThat(printed)
        .contains("images of 28x28x1, 4,483 parameters in 60 tensors, all in their places\n")
        .contains("model.filters=3 model.resnets=1 model.kernel=3 model.dilation=2 ")
        .contains(" model.normalization=pono ")
        .contains(" model.dropout=0.25 ") // the user's word
        .contains("round 12; with Adam after step 12\n")
        .contains("ema_state_dict is left out: main.py averages its first tensor only");
  }

  private void assertRefused(String message, Path file) {
    Path run = folder.resolve("run");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ImportForTests.run("from=" + file, "run=" + run))
        .withMessageContaining(message);
    assertThat(run).doesNotExist();
    assertThat(folder.resolve(".run.writing")).doesNotExist();
  }

  @Test
  void aBombIsNamedAndNothingIsLeft() {
    Path bomb =
        PickleBytes.zip(folder.resolve("bomb.pth"), PickleBytes.bomb("os", "system", "true"));
    assertRefused("from=" + bomb + " asks for os.system, which no checkpoint needs", bomb);
  }

  @Test
  void othersFiles() throws IOException {
    assertRefused("does not exist; name a file", folder.resolve("none.pth"));
    assertRefused("is a folder; name a file in it", folder);
    Path list = PickleBytes.zip(folder.resolve("list.pth"), new PickleBytes().op(']').end());
    assertRefused("has no dict model_state_dict, so main.py of LMConv did not write it", list);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ImportForTests.run("run=" + folder.resolve("run")))
        .withMessage("from is not given; name a .pth or .safetensors file with from=FILE");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ImportForTests.run("from=" + list))
        .withMessage("run is not given; name the folder of the run to make with run=DIR");
  }

  /** The older format has no checksums, so that names may be changed. */
  private Path renamed(String from, String to) throws IOException {
    byte[] bytes = Files.readAllBytes(GoldenPth.copy("network_a_pono_legacy_cuda", folder));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    assertThat(to).hasSameSizeAs(from);
    Path file = folder.resolve("renamed.pth");
    return Files.write(file, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Whatever a file says, it is refused in one line, or the parameters come of it. */
  @Test
  void flippedBitsAreRefusedInOneLineOrHarmless() throws IOException {
    byte[] whole = Files.readAllBytes(GoldenPth.copy("network_a_pono_legacy_cuda", folder));
    Path flipped = folder.resolve("flipped.pth");
    int refused = 0;
    for (int place = 0; place < 40_000; place += 101) {
      byte[] bytes = whole.clone();
      bytes[place] ^= (byte) (1 << place % 8);
      Files.write(flipped, bytes);
      try (PthFile pth = PthFile.open(flipped, "it.pth")) {
        Import.Imported imported = new AuthorsImport(pth, "it.pth").read();
        imported
            .loader()
            .load(imported.told().model().spec(imported.image()).newNetwork().layout());
      } catch (UserError e) {
        refused++;
        assertThat(e).as("bit of byte %d", place).message().doesNotContain("\n");
      }
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "nin_out.lin_a.weight_v, nin_out.lin_b.weight_v, has no tensor nin_out.lin_a.weight_v of 2"
        + " sides",
    "nin_out.lin_a.bias, nin_out.lin_a.bios, has no tensor nin_out.lin_a.bias; it is of another",
    "up_layers.1.u_stream.0, up_layers.1.u_stream.1, has no tensor"
        + " up_layers.1.u_stream.0.conv_input",
    "up_layers.0.u_stream.0, up_layers.0.u_stream.1, has no tensor down_layers.0.u_stream.1",
    "u_init.weight, u_init.height, has no tensor u_init.weight of 4 sides"
  })
  void checkpointsOfOtherNetworks(String from, String to, String message) throws IOException {
    assertRefused(message, renamed(from, to));
  }

  @Test
  void aRunThatIsThereIsLeftAloneAndWhatCannotBeWrittenIsNamed() throws IOException {
    Path file = GoldenPth.copy("network_a", folder);
    Path run = Files.createDirectory(folder.resolve("run"));
    Path note = Files.writeString(run.resolve("note.txt"), "mine");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ImportForTests.run("from=" + file, "run=" + run))
        .withMessage("run=%s is there already, and not empty; name a new directory", run);
    assertThat(run).isDirectoryContaining(path -> path.equals(note));
    Files.delete(note);
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> ImportForTests.run("from=" + file, "run=" + file.resolve("run")))
        .withMessageStartingWith("run=" + file.resolve("run") + " cannot be ");
    ImportForTests.run("from=" + file, "run=" + run); // an empty one is as good as none
    assertThat(run.resolve("config.conf")).exists();
  }

  @Test
  void argumentsAreOptional() {
    NamedTensors tensors =
        new NamedTensors(
            "it",
            Map.of(
                "u_init.weight", List.of(4L, 2L, 5L, 5L),
                "up_layers.0.u_stream.2.conv_input.weight", List.of(4L, 8L, 5L, 5L),
                "nin_out.lin_a.weight_v", List.of(12L, 4L)),
            name -> new float[0]);
    Inference inference = new Inference(tensors, PythonDict.EMPTY);
    assertThat(inference.keys())
        .containsEntry("model.resnets", 3L)
        .containsEntry("model.kernel", 5L)
        .containsEntry("model.mixtures", 4L)
        .containsEntry("model.bias", false)
        .containsEntry("model.normalization", "pono");
    assertThat(inference.notes())
        .containsExactly(
            "the file does not say model.dilation; taken to be 2, else give model.dilation=",
            "the file does not say model.normalization; taken to be pono, else give"
                + " model.normalization=");
  }
}
